/** What keeps a stage from being deployed, and what to do about it. */
export interface Fault {
  /** Of what is wrong: a variable, a secret, a thing of the account. */
  readonly name: string;
  readonly says: string;
  readonly mend: string;
}

/** All of them, as text for a terminal. */
export function faultReport({ heading, faults }: { heading: string; faults: readonly Fault[] }): string {
  const count = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const lines = faults.flatMap(({ name, says, mend }) => ["", `  ${name} ${says}.`, `    ${mend}`]);
  return [`${heading}: ${count}.`, ...lines, ""].join("\n");
}
