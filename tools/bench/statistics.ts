import { sum } from "../cost/sum.ts";

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** Between two values where it falls between them. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const place = (percent / 100) * (sorted.length - 1);
  const [low = Number.NaN, high = low] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return low + (high - low) * (place - Math.floor(place));
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The straight line that is closest to the points, by least squares, and the share of their spread that it explains. */
export function linearFit(points: readonly Point[]): { slope: number; intercept: number; r2: number } {
  const meanX = sum(points.map(({ x }) => x)) / points.length;
  const meanY = sum(points.map(({ y }) => y)) / points.length;
  const slope = sum(points.map(({ x, y }) => (x - meanX) * (y - meanY))) / sum(points.map(({ x }) => (x - meanX) ** 2));
  const intercept = meanY - slope * meanX;
  const missed = sum(points.map(({ x, y }) => (y - intercept - slope * x) ** 2));
  return { slope, intercept, r2: 1 - missed / sum(points.map(({ y }) => (y - meanY) ** 2)) };
}

/** The median of what each round of the one is of the same round of the other: what slows the machine slows both. */
export function pairedRatio(ours: readonly number[], reference: readonly number[]): number {
  return median(ours.map((value, round) => value / (reference[round] ?? Number.NaN)));
}
