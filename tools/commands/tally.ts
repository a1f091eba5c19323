/** How many tests have passed, and how many have not. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** One line to read by machine. */
export const tallyLine = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;

export function tallyOf(line: string): Tally | undefined {
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
  return passed === undefined ? undefined : { passed: Number(passed), failed: Number(failed) };
}
