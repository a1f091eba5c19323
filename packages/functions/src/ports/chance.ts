/** Sources of chance, apart so that a run can be repeated. */
export interface Chance {
  id(): string;
  /** In [0, 1). */
  random(): number;
}
