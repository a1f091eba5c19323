import type { CallSpec } from "../contracts/records/spec.ts";
import type { Call } from "./call.ts";
import { opensAtMs } from "./local-time.ts";

/**
 * The first time from `atMs` on at which a queued call may be dialed: where it may not be now, it waits for that. Never,
 * where it cannot be. Epoch ms.
 */
export function mayDialFromMs({ spec }: { spec: CallSpec; call: Call }, atMs: number): number {
  if (spec.localTime === undefined) return atMs;
  return opensAtMs(spec.localTime, atMs) ?? Number.POSITIVE_INFINITY;
}
