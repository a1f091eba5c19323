import { checkpointKeys } from "@promptcall/core/contracts/ids";
import { LOOK_AFTER_MS, OVERDUE_MS } from "@promptcall/core/dialing/loop";
import { needsWatchdog } from "@promptcall/core/dialing/step";
import { ConflictError } from "../errors.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import { changeLoop } from "./change-loop.ts";
import { delaySecondsOf, type LoopPorts, tickMessage } from "./ensure-step.ts";

/**
 * Sends the tick of a loop again whose message was lost, and a watchdog after it. Of many messages that meet such a loop
 * one sends, and the others find that on record: each of them comes here again in a watchdog, so they would double. That
 * is written before it is sent, because whoever dies in between comes again, as the message that it is. Until the watchdog
 * is on record, too, the others fail and come again: each may be the last that looks after the loop.
 */
export async function revive(
  owner: string,
  ports: LoopPorts & { readonly checkpoints: Checkpoints },
): Promise<boolean> {
  const { dial, checkpoints, clock, random } = ports;
  const key = checkpointKeys.watchdog(owner);
  const token = random.uuid();
  const nowMs = clock.now().getTime();
  let sends: { readonly step: number; readonly isByOthers: boolean } | undefined;
  await changeLoop(
    {
      owner,
      change(seen) {
        sends = undefined;
        if (seen.dueMs === undefined || !needsWatchdog(seen, nowMs)) return undefined;
        // The answer to our own write may have been lost.
        const isOurs = seen.sentAgain?.by === token;
        const isByOthers = !isOurs && (seen.sentAgain?.atMs ?? 0) >= nowMs - OVERDUE_MS;
        sends = { step: seen.step, isByOthers };
        // Nothing of the watchdog, which is not sent yet: a step would be claimed that nobody looks after.
        return isOurs || isByOthers ? undefined : { ...seen, sentAgain: { atMs: nowMs, by: token } };
      },
    },
    ports,
  );
  if (sends === undefined) return false;
  const { step, isByOthers } = sends;
  if (isByOthers) {
    if (needsWatchdog({ watchedUntilMs: await checkpoints.get(key) }, nowMs))
      throw new ConflictError(`loop of ${owner}`);
    return false;
  }
  await dial.send(tickMessage(owner, step));
  await dial.send(tickMessage(owner, step - 1), { delaySeconds: delaySecondsOf(LOOK_AFTER_MS) });
  await checkpoints.advance(key, nowMs + LOOK_AFTER_MS);
  return true;
}
