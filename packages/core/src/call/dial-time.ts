import type { CallSpec } from "../contracts/records/spec.ts";
import type { Call } from "./call.ts";
import { opensAtMs } from "./local-time.ts";
import { lastDialOf } from "./redial.ts";

/**
 * The first time from `atMs` on at which a queued call may be dialed: where it may not be now, it waits for that. Never,
 * where it cannot be. Epoch ms.
 */
export function mayDialFromMs({ spec, call }: { spec: CallSpec; call: Call }, atMs: number): number {
  const again = lastDialOf(call)?.againFrom;
  const fromMs = again === undefined ? atMs : Math.max(atMs, Date.parse(again));
  if (spec.localTime === undefined) return fromMs;
  return opensAtMs(spec.localTime, fromMs) ?? Number.POSITIVE_INFINITY;
}
