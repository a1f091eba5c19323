/** Thrown when a program that is needed to synthesise failed; carries the end of what it said. */
export class ProgramFailedError extends Error {
  override readonly name = "ProgramFailedError";
  readonly output: string;
  constructor({ program, output }: { program: string; output: string }) {
    super(`${program} failed:\n${output.trim().split("\n").slice(-40).join("\n")}`);
    this.output = output;
  }
}

/** Thrown when a resource asks something of AWS that the mocks have no answer to. */
export class UnknownCallError extends Error {
  override readonly name = "UnknownCallError";
  constructor(token: string) {
    super(`${token} has no answer here: add one to lookups.ts`);
  }
}
