import type { Outcome } from "./call.ts";
import { outcomeFields } from "./events.ts";

export interface Result {
  readonly tid: string;
  /** As the customer wrote it. */
  readonly to: string;
  readonly outcome: Outcome;
}

/** The parameters of a result, in the order in which they are sent. */
export function resultParameters({ tid, to, outcome }: Result): URLSearchParams {
  return new URLSearchParams({ tid, to, ...outcomeFields(outcome) });
}
