import type { Outcome } from "../call/call.ts";
import { outcomeFields } from "../call/call.ts";
import type { ResultParameter } from "../contracts/receiver.ts";

export interface Result {
  readonly tid: string;
  /** As the customer wrote it. */
  readonly to: string;
  readonly outcome: Outcome;
  /** That were captured. */
  readonly digits?: string | undefined;
  /** The customer's own name for the call. */
  readonly reference?: string | undefined;
}

/** The parameters of a result, in the order they are sent. */
export function resultParameters({ tid, to, outcome, digits, reference }: Result): URLSearchParams {
  const captured = digits === undefined ? {} : { digits };
  const echoed = reference === undefined ? {} : { reference };
  const parameters = { tid, to, ...outcomeFields(outcome), ...captured, ...echoed };
  return new URLSearchParams(parameters satisfies Partial<Record<ResultParameter, string>>);
}

/** A result as it is delivered. */
export function resultContent(result: Result): { readonly id: string; readonly parameters: URLSearchParams } {
  return { id: result.tid, parameters: resultParameters(result) };
}
