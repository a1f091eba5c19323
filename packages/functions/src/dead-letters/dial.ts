import type { Command } from "@promptcall/core/call/decide";
import { checkpointKeys, commandIds } from "@promptcall/core/contracts/ids";
import { type DialQueueMessage, DialQueueMessageSchema } from "@promptcall/core/contracts/messages";
import * as z from "zod/mini";
import { countOf } from "../calls/count-batch.ts";
import type { ProgressPorts } from "../calls/progress.ts";
import { type AdoptPorts, adoptBatch } from "../dialing/adopt.ts";
import { revive } from "../dialing/revive.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { applyCommand } from "./apply-command.ts";
import { type CallRange, eachFromCheckpoint } from "./each-from-checkpoint.ts";
import { UnreadableBatchSchema, UnreadableLoopSchema, UnreadableSchema } from "./unreadable.ts";
import { whenDue } from "./when-due.ts";

/** A message of the dial queue that failed five times, or cannot be read. */
export const DeadDialSchema = z.union([
  DialQueueMessageSchema,
  UnreadableSchema,
  UnreadableBatchSchema,
  UnreadableLoopSchema,
]);

/** Completes what a failed dial message was about, without carrier and credential, so that no call stays open. */
export function dialDeadLetters(
  ports: ProgressPorts & AdoptPorts & { readonly checkpoints: Checkpoints; readonly dial: Queue<DialQueueMessage> },
) {
  const { checkpoints, clock, dial: queue } = ports;
  const giveUp = async (tid: string, type: string): Promise<LogRecord> => {
    // A dialed call has a deadline; any other will never be dialed.
    const command: Command = { type: "give_up", id: commandIds.deadDial(tid), at: clock.now().toISOString() };
    return await applyCommand({ tid, type, command }, ports);
  };
  const giveUpAll = async (calls: CallRange, type: string) => {
    const key = checkpointKeys.dead(calls);
    return await eachFromCheckpoint(calls, { key, checkpoints, work: (tid) => giveUp(tid, type) });
  };

  const handle = async (message: z.infer<typeof DeadDialSchema>): Promise<LogRecord | readonly LogRecord[]> => {
    const { type } = message;
    switch (type) {
      case "dial":
      case "unreadable":
        return await giveUp(message.tid, type);
      case "dial_batch":
        return await adoptBatch(message, ports);
      case "tick":
      case "unreadable_loop":
        // Whichever step it was, the loop must go on.
        await revive(message.owner, ports);
        return { event: "dead_letter.handled", type };
      case "part":
        // Its calls are still queued; the next step dials them.
        return { event: "dead_letter.ignored", type };
      case "unreadable_batch": {
        const records = await giveUpAll({ batchId: message.batch_id, from: message.next, to: message.end }, type);
        // It was never in a loop, where its last step would have sent for that.
        await ports.timers.send(countOf({ batchId: message.batch_id }, ports));
        return records;
      }
      default:
        return message satisfies never;
    }
  };
  return whenDue(handle, { queue, checkpoints, clock });
}
