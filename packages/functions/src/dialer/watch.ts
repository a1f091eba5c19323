import { checkpointKeys } from "@promptcall/core/contracts/ids";
import { type Loop, OVERDUE_MS, WATCHDOG_MS } from "@promptcall/core/dialing/loop";
import { needsWatchdog } from "@promptcall/core/dialing/step";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import { delaySecondsOf, tickMessage } from "../dialing/ensure-step.ts";

/**
 * Sends a watchdog, if none comes soon: it arrives as a stale tick, and acts only if the loop is lost. Returns when the last
 * one comes. A step that is long overdue may have been tried many times, because others write its loop or its function is
 * stopped. It would send one each time, and each of those would try it as often; so that one was sent is on record.
 */
export async function watch(
  { owner, loop, sentUntilMs }: { owner: string; loop: Loop; sentUntilMs: number },
  { dial, checkpoints, clock }: Pick<DialerPorts, "dial" | "checkpoints" | "clock">,
): Promise<number> {
  const nowMs = clock.now().getTime();
  const knownUntilMs = Math.max(loop.watchedUntilMs, sentUntilMs);
  if (!needsWatchdog({ watchedUntilMs: knownUntilMs }, nowMs)) return knownUntilMs;
  const isOverdue = loop.dueMs !== undefined && loop.dueMs < nowMs - OVERDUE_MS;
  const key = checkpointKeys.watchdog(owner);
  const onRecordMs = isOverdue ? await checkpoints.get(key) : 0;
  if (!needsWatchdog({ watchedUntilMs: onRecordMs }, nowMs)) return onRecordMs;
  const watchedUntilMs = nowMs + WATCHDOG_MS;
  await dial.send(tickMessage(owner, loop.step), { delaySeconds: delaySecondsOf(WATCHDOG_MS) });
  if (isOverdue) await checkpoints.advance(key, watchedUntilMs);
  return watchedUntilMs;
}
