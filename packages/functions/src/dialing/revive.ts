import { LOOK_AFTER_MS, WATCHDOG_MS } from "@promptcall/core/dialing/loop";
import { needsWatchdog } from "@promptcall/core/dialing/step";
import { delaySecondsOf, type LoopPorts, tickMessage, withNextVersion } from "./ensure-step.ts";

/**
 * Sends the tick of a loop again whose message was lost, and a watchdog after it. Does nothing while a watchdog is on
 * its way, because many dead messages of one loop may come here.
 */
export async function revive(owner: string, { loops, dial, clock }: LoopPorts): Promise<boolean> {
  const seen = await loops.read(owner);
  const nowMs = clock.now().getTime();
  if (seen.dueMs === undefined || !needsWatchdog(seen, nowMs)) return false;
  await dial.send(tickMessage(owner, seen.step));
  await dial.send(tickMessage(owner, seen.step - 1), { delaySeconds: delaySecondsOf(LOOK_AFTER_MS) });
  await loops.write(owner, { seen, next: withNextVersion({ ...seen, watchedUntilMs: nowMs + WATCHDOG_MS }) });
  return true;
}
