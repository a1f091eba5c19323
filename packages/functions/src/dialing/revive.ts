import { LOOK_AFTER_MS, WATCHDOG_MS } from "@promptcall/core/dialing/loop";
import { needsWatchdog } from "@promptcall/core/dialing/step";
import { delaySecondsOf, type LoopPorts, raised, tickMessage } from "./ensure-step.ts";

/**
 * Sends for the next step of a loop whose message was lost, and has somebody look whether this one is lost, too. Where a
 * watchdog is on its way already it will see to that: so many messages may die of a loop that cannot go on, and each of
 * them comes by here.
 */
export async function revive(owner: string, { loops, dial, clock }: LoopPorts): Promise<boolean> {
  const seen = await loops.read(owner);
  const nowMs = clock.now().getTime();
  if (seen.dueMs === undefined || !needsWatchdog(seen, nowMs)) return false;
  await dial.send(tickMessage(owner, seen.step));
  await dial.send(tickMessage(owner, seen.step - 1), { delaySeconds: delaySecondsOf(LOOK_AFTER_MS) });
  await loops.write(owner, { seen, next: raised({ ...seen, watchedUntilMs: nowMs + WATCHDOG_MS }) });
  return true;
}
