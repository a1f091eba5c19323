/** Numbers of rows from 0, as `0-9999,10002`: a batch has thousands, mostly in a run. */
export type RowNumbers = string;

/** @param numbers in rising order */
export function written(numbers: readonly number[]): RowNumbers {
  const runs: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last.to === number - 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  return runs.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/**
 * The numbers themselves, rising.
 *
 * @example
 * rowNumbers("1-3,7"); // [1, 2, 3, 7]
 */
export function read(numbers: RowNumbers): number[] {
  return numbers.split(",").flatMap((run) => {
    if (run === "") return [];
    const [from = 0, to = from] = run.split("-").map(Number);
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  });
}
