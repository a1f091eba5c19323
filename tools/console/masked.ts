import { maskToLastFour } from "@promptcall/core/call/phone";
import type { CallSchema } from "@promptcall/core/contracts/answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";

/** A call as in a list of the api. */
export type ListedCall = RecordOf<typeof CallSchema>;

/** The same as it is shown: of the number the calling code and the last four digits. */
export function shown(call: ListedCall): ListedCall {
  const { to, from } = call;
  return { ...call, to: maskToLastFour(to), ...(from !== undefined && { from: maskToLastFour(from) }) };
}
