import { commandOf } from "@promptcall/core/call/command-of";
import type { Command } from "@promptcall/core/call/decide";
import { DialGroupSchema } from "@promptcall/core/contracts/dialing-messages";
import { DeliveredEventSchema } from "@promptcall/core/contracts/events";
import { checkpointKeys, commandIds } from "@promptcall/core/contracts/ids";
import { type DialQueueMessage, DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/contracts/messages";
import * as z from "zod/mini";
import { cancellation } from "../calls/cancel-call.ts";
import { type CountPorts, countBatch, countOf } from "../calls/count-batch.ts";
import { advance, type ProgressPorts, progressFields, republishIfUndelivered } from "../calls/progress.ts";
import { type AdoptPorts, adoptBatch, adoptCancellation } from "../dialing/adopt.ts";
import { sweepOf } from "../dialing/end-batch.ts";
import { revive } from "../dialing/revive.ts";
import { deadlinesOf, type StepDeadlinePorts, stepDeadlines } from "../dialing/step-deadlines.ts";
import { type SweepPorts, sweep } from "../dialing/sweep.ts";
import { NotYetError, SealError, UnknownBatchError } from "../errors.ts";
import { NamedCallSchema, notBefore } from "../messages/named-call.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { type CallRange, eachFromCheckpoint } from "./each-from-checkpoint.ts";
import { whenDue } from "./when-due.ts";

const UnreadableSchema = z.pipe(
  NamedCallSchema,
  z.transform((named) => ({ type: "unreadable" as const, ...named })),
);

/** A malformed message that still names a range of a batch's calls. */
const UnreadableBatchSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), end: z.int(), not_before: notBefore }),
  z.transform((calls) => ({ type: "unreadable_batch" as const, ...calls })),
);

/** A malformed message that still names a loop. */
const UnreadableLoopSchema = z.pipe(
  z.object({ owner: z.string() }),
  z.transform(({ owner }) => ({ type: "unreadable_loop" as const, owner })),
);

const UnreadableStepSchema = z.pipe(
  z.object({ owner: z.optional(z.string()), ...DialGroupSchema.shape }),
  z.transform((calls) => ({ type: "unreadable_step" as const, ...calls })),
);

const UnreadableSweepSchema = z.pipe(
  z.object({
    owner: z.string(),
    batch_id: z.uuid(),
    next: z.int(),
    end: z.optional(z.int()),
    sealed_credential: z.optional(z.string()),
  }),
  z.transform((calls) => ({ type: "unreadable_sweep" as const, ...calls })),
);

const UnreadableCountSchema = z.pipe(
  z.object({ batch_id: z.uuid(), looks: z.int() }),
  z.transform((count) => ({ type: "unreadable_count" as const, ...count })),
);

const UnreadableDeadlinesSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), until: z.int(), not_before: notBefore }),
  z.transform((calls) => ({ type: "unreadable_deadlines" as const, ...calls })),
);

/** What each dead-letter queue may hold: a message that failed five times, or a malformed one. */
export const DEAD_LETTER_SCHEMAS = {
  dial: z.union([DialQueueMessageSchema, UnreadableSchema, UnreadableBatchSchema, UnreadableLoopSchema]),
  state: z.union([DeliveredEventSchema, UnreadableSchema]),
  timers: z.union([
    TimerMessageSchema,
    UnreadableSchema,
    UnreadableStepSchema,
    UnreadableSweepSchema,
    UnreadableDeadlinesSchema,
    UnreadableCountSchema,
    UnreadableBatchSchema,
  ]),
};

export type DeadLetterQueue = keyof typeof DEAD_LETTER_SCHEMAS;
type DeadMessage<Queue extends DeadLetterQueue> = z.infer<(typeof DEAD_LETTER_SCHEMAS)[Queue]>;

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

  const handle = async (message: DeadMessage<"dial">): Promise<LogRecord | readonly LogRecord[]> => {
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
        return { event: "dead_letter.buried", type };
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

export function stateDeadLetters(ports: ProgressPorts) {
  return async (message: DeadMessage<"state">): Promise<LogRecord> => {
    const tid = "tid" in message ? message.tid : message.metadata.tid;
    // An unreadable report counts as lost: the call's deadline makes up for it.
    const command = message.type === "unreadable" ? undefined : commandOf(message);
    return await applyCommand({ tid, type: message.type, command }, ports);
  };
}

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
    const advanced = await advance({ tid, commands: [command] }, ports);
    const { call, refusals, published: announced } = advanced;
    const [refusal] = refusals;
    if (refusal?.refused === "not_yet") throw new NotYetError(refusal.notBefore);
    // The message may have been a deadline, which also makes sure that the result is published.
    const republished = call.phase === "completed" && !announced && (await republishIfUndelivered(call, ports));
    return {
      event: "dead_letter.buried",
      tid,
      type,
      ...progressFields(advanced),
      refused: refusal?.refused,
      unheard: republished,
    };
  };
  const cancelAll = async (calls: CallRange, { type, id }: { type: string; id: string }) => {
    const work = (tid: string) => applyCommand({ tid, type, command: cancellation({ tid, clock }) }, ports);
    return await eachFromCheckpoint(calls, { key: checkpointKeys.dead({ ...calls, work: id }), checkpoints, work });
  };

  const handle = async (message: DeadMessage<"timers">): Promise<LogRecord | readonly LogRecord[]> => {
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

async function applyCommand(
  { tid, type, command }: { tid: string; type: string; command: Command | undefined },
  ports: ProgressPorts,
): Promise<LogRecord> {
  if (command === undefined) return { event: "dead_letter.ignored", tid, type };
  const advanced = await advance({ tid, commands: [command] }, ports);
  const refused = advanced.refusals[0]?.refused;
  return { event: "dead_letter.buried", tid, type, ...progressFields(advanced), refused };
}
