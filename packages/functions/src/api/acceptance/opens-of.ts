import { opensAtMs } from "@promptcall/core/call/local-time";
import type { LocalTime } from "@promptcall/core/contracts/records/local-time";

/** The first time from `startMs` on at which a call may be dialed; never, where it cannot be. Epoch ms. */
export function opensOf({ localTime }: { localTime: LocalTime | undefined }, startMs: number): number {
  return localTime === undefined ? startMs : (opensAtMs(localTime, startMs) ?? Number.POSITIVE_INFINITY);
}
