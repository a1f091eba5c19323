import { maskToLastFour } from "@promptcall/core/call/phone";
import type { Call } from "./types.ts";

export { maskToLastFour as masked };

/** A call of the api as it may be shown: what somebody keyed is not kept with it. */
export function maskedCall({ digits: _, ...call }: Call): Call {
  return { ...call, to: maskToLastFour(call.to), ...(call.from !== undefined && { from: maskToLastFour(call.from) }) };
}
