import type { Command } from "@promptcall/core/call/decide";
import { checkpointKeys, commandIds } from "@promptcall/core/contracts/ids";
import { TimerMessageSchema } from "@promptcall/core/contracts/messages";
import * as z from "zod/mini";
import { cancellation } from "../calls/cancel-call.ts";
import { type CountPorts, countBatch } from "../calls/count-batch.ts";
import { advance, progressFields, republishIfUndelivered } from "../calls/progress.ts";
import { adoptCancellation } from "../dialing/adopt.ts";
import { awaitRedial } from "../dialing/await-redial.ts";
import { sweepOf } from "../dialing/end-batch.ts";
import { deadlinesOf, type StepDeadlinePorts, stepDeadlines } from "../dialing/step-deadlines.ts";
import { type SweepPorts, sweep } from "../dialing/sweep.ts";
import { NotYetError, SealError, UnknownBatchError } from "../errors.ts";
import type { LogRecord } from "../ports/log.ts";
import { applyCommand } from "./apply-command.ts";
import { type CallRange, eachFromCheckpoint } from "./each-from-checkpoint.ts";
import {
  UnreadableBatchSchema,
  UnreadableCountSchema,
  UnreadableDeadlinesSchema,
  UnreadableSchema,
  UnreadableStepSchema,
  UnreadableSweepSchema,
} from "./unreadable.ts";
import { whenDue } from "./when-due.ts";

/** A message of the timer queue that failed five times, or cannot be read. */
export const DeadTimerSchema = z.union([
  TimerMessageSchema,
  UnreadableSchema,
  UnreadableStepSchema,
  UnreadableSweepSchema,
  UnreadableDeadlinesSchema,
  UnreadableCountSchema,
  UnreadableBatchSchema,
]);

/** Nothing that needs a credential is done here. */
const WITHOUT_CARRIER: Pick<SweepPorts, "hangUp" | "seal"> & Pick<StepDeadlinePorts, "lookUp"> = {
  lookUp: async () => undefined,
  hangUp: async () => false,
  seal: {
    seal: () => Promise.reject(new SealError("dead letters seal nothing")),
    open: () => Promise.reject(new SealError("dead letters open nothing")),
  },
};

export type TimerDeadLetterPorts = Omit<StepDeadlinePorts, "lookUp"> & Omit<SweepPorts, "hangUp" | "seal"> & CountPorts;

export function timerDeadLetters(given: TimerDeadLetterPorts) {
  // Without carrier and credential, which may be the reason for the failure.
  const ports = { ...given, ...WITHOUT_CARRIER };
  const { settleSeconds, longestCallSeconds: deadlineSeconds, checkpoints, clock, timers: queue } = ports;
  const close = async ({ tid, type, command }: { tid: string; type: string; command: Command }): Promise<LogRecord> => {
    // Also a call that is to be dialed again has only this message.
    const stored = await ports.calls.state(tid);
    const waits = stored && (await awaitRedial(stored.call, ports));
    if (waits !== undefined) return waits;
    const advanced = await advance({ tid, commands: [command] }, ports);
    const { call, refusals, published: announced } = advanced;
    const [refusal] = refusals;
    if (refusal?.refused === "not_yet") throw new NotYetError(refusal.notBefore);
    // The message may have been a deadline, which also makes sure that the result is published.
    const republished = call.phase === "completed" && !announced && (await republishIfUndelivered(call, ports));
    return {
      event: "dead_letter.handled",
      tid,
      type,
      ...progressFields(advanced),
      refused: refusal?.refused,
      republished,
    };
  };
  const cancelAll = async (calls: CallRange, { type, id }: { type: string; id: string }) => {
    const work = (tid: string) => applyCommand({ tid, type, command: cancellation({ tid, clock }) }, ports);
    return await eachFromCheckpoint(calls, { key: checkpointKeys.dead({ ...calls, work: id }), checkpoints, work });
  };

  const handle = async (message: z.infer<typeof DeadTimerSchema>): Promise<LogRecord | readonly LogRecord[]> => {
    const { type } = message;
    const at = clock.now().toISOString();
    // An unreadable message may have been the deadline, without which nothing would close the call.
    const lost: Command = { type: "close_lost", id: commandIds.lostDeadline(), at, deadlineSeconds };
    switch (type) {
      case "settle":
        return await close({ tid: message.tid, type, command: { type, id: message.id, at, settleSeconds } });
      case "unreadable":
        return await close({ tid: message.tid, type, command: lost });
      case "deadline":
      case "deadlines":
      case "step_deadlines":
        return await stepDeadlines(deadlinesOf(message), ports);
      case "unreadable_step":
        return await stepDeadlines(message, ports);
      case "unreadable_sweep": {
        const batch = await ports.batches.find(message.batch_id);
        if (batch === undefined) throw new UnknownBatchError(message.batch_id);
        // A step that finds a batch expired leaves it to the sweep to record that; its clock may have been ahead.
        const { over: reason = "expired", over, expiresAt } = batch;
        if (over === undefined && expiresAt !== undefined && expiresAt >= at) throw new NotYetError(expiresAt);
        return await sweep(sweepOf({ ...message, reason }, ports), ports, { isDead: true });
      }
      case "count_batch":
      case "unreadable_count":
        return await countBatch({ batch_id: message.batch_id, looks: message.looks }, ports);
      case "unreadable_deadlines": {
        const { batch_id: batchId, next: from, until: to, not_before } = message;
        const key = checkpointKeys.dead({ work: String(not_before), batchId, from, to });
        return await eachFromCheckpoint(
          { batchId, from, to },
          { key, checkpoints, work: (tid) => close({ tid, type, command: lost }) },
        );
      }
      case "unreadable_batch":
        return await cancelAll(
          { batchId: message.batch_id, from: message.next, to: message.end },
          { type, id: "cancel" },
        );
      case "cancel_batch":
        return await adoptCancellation(message, ports);
      case "sweep":
        return await sweep(message, ports, { isDead: true });
      default:
        return message satisfies never;
    }
  };
  return whenDue(handle, { queue, checkpoints, clock });
}
