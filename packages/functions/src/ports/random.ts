/** Ids and random numbers, a port so that a run can be repeated. */
export interface Random {
  uuid(): string;
  /** In [0, 1). */
  next(): number;
}
