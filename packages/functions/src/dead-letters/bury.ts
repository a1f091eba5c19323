import { commandOf } from "@promptcall/core/command-of";
import type { Command } from "@promptcall/core/decide";
import { TogetherSchema } from "@promptcall/core/dialing/messages";
import { DeliveredEventSchema } from "@promptcall/core/events";
import { commandIds, progressKeys } from "@promptcall/core/ids";
import { type DialQueueMessage, DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/messages";
import * as z from "zod/mini";
import { cancellation } from "../cancel-call.ts";
import { type AdoptPorts, adoptBatch } from "../dialer/adopt.ts";
import { sweepOf } from "../dialing/end-batch.ts";
import { revive } from "../dialing/revive.ts";
import { NotYetError, SealError } from "../errors.ts";
import { NamedCallSchema, notBefore } from "../named-call.ts";
import type { Hops } from "../ports/hops.ts";
import type { Told } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { advance, announceIfUnheard, type ProgressPorts, progressFields } from "../progress.ts";
import { type CountPorts, countBatch, countOf } from "../timers/count-batch.ts";
import { deadlinesOf, type StepDeadlinePorts, stepDeadlines } from "../timers/step-deadlines.ts";
import { type SweepPorts, sweep } from "../timers/sweep.ts";
import { type Calls, inTurn } from "./in-turn.ts";
import { onTime } from "./on-time.ts";

const UnreadableSchema = z.pipe(
  NamedCallSchema,
  z.transform((named) => ({ type: "unreadable" as const, ...named })),
);

/** Whatever else has become of it, it still says which calls of which batch it was about. */
const UnreadableBatchSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), end: z.int(), not_before: notBefore }),
  z.transform((calls) => ({ type: "unreadable_batch" as const, ...calls })),
);

/** It was about this loop. */
const UnreadableLoopSchema = z.pipe(
  z.object({ owner: z.string() }),
  z.transform(({ owner }) => ({ type: "unreadable_loop" as const, owner })),
);

const UnreadableStepSchema = z.pipe(
  z.object({ owner: z.optional(z.string()), ...TogetherSchema.shape }),
  z.transform((calls) => ({ type: "unreadable_step" as const, ...calls })),
);

const UnreadableSweepSchema = z.pipe(
  z.object({ owner: z.string(), batch_id: z.uuid(), next: z.int(), end: z.optional(z.int()) }),
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

/** What can be found among the dead letters of each queue: a message that failed five times, or the remains of one. */
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
type DeadLetter<Queue extends DeadLetterQueue> = z.infer<(typeof DEAD_LETTER_SCHEMAS)[Queue]>;

/** Does without the carrier and the credential what the message would have led to, so that no call is left open. */
export function deadDials(
  ports: ProgressPorts & AdoptPorts & { readonly hops: Hops; readonly dial: Queue<DialQueueMessage> },
) {
  const { hops, clock, dial: queue } = ports;
  const giveUp = async (tid: string, type: string): Promise<Told> => {
    // What was dialed has a deadline; what was not never will be.
    const command: Command = { type: "give_up", id: commandIds.deadDial(tid), at: clock.now().toISOString() };
    return await bury({ tid, type, command }, ports);
  };
  const giveUpAll = async (calls: Calls, type: string) => {
    const key = progressKeys.dead(calls);
    return await inTurn(calls, { key, hops, work: (tid) => giveUp(tid, type) });
  };

  const handle = async (letter: DeadLetter<"dial">): Promise<Told | readonly Told[]> => {
    const { type } = letter;
    switch (type) {
      case "dial":
      case "unreadable":
        return await giveUp(letter.tid, type);
      case "dial_batch":
        return await adoptBatch(letter, ports);
      case "tick":
      case "unreadable_loop":
        // Whatever it was: the loop goes on.
        await revive(letter.owner, ports);
        return { event: "dead_letter.buried", type };
      case "part":
        // Its calls are queued still, and go with the next step.
        return { event: "dead_letter.ignored", type };
      case "unreadable_batch": {
        const told = await giveUpAll({ batchId: letter.batch_id, from: letter.next, to: letter.end }, type);
        // It was never in a loop, where its last step would have sent for that.
        await ports.timers.send(countOf({ batchId: letter.batch_id }, ports));
        return told;
      }
      default:
        return letter satisfies never;
    }
  };
  return onTime(handle, { queue, hops, clock });
}

export function deadReports(ports: ProgressPorts) {
  return async (letter: DeadLetter<"state">): Promise<Told> => {
    const tid = "tid" in letter ? letter.tid : letter.metadata.tid;
    // A report that cannot be read is a report that was lost: the deadline makes up for it.
    const command = letter.type === "unreadable" ? undefined : commandOf(letter);
    return await bury({ tid, type: letter.type, command }, ports);
  };
}

/** What needs a credential is not done here. */
const WITHOUT_CARRIER: Pick<SweepPorts, "hangUp" | "seal"> & Pick<StepDeadlinePorts, "lookUp"> = {
  lookUp: async () => undefined,
  hangUp: async () => false,
  seal: {
    seal: () => Promise.reject(new SealError("dead letters seal nothing")),
    open: () => Promise.reject(new SealError("dead letters open nothing")),
  },
};

export type DeadTimersPorts = Omit<StepDeadlinePorts, "lookUp"> & Omit<SweepPorts, "hangUp" | "seal"> & CountPorts;

export function deadTimers(given: DeadTimersPorts) {
  // Without the carrier and the credential, which may be what failed.
  const ports = { ...given, ...WITHOUT_CARRIER };
  const { settleSeconds, longestCallSeconds: deadlineSeconds, hops, clock, timers: queue } = ports;
  const close = async ({ tid, type, command }: { tid: string; type: string; command: Command }): Promise<Told> => {
    const advanced = await advance({ tid, commands: [command] }, ports);
    const { call, refusals, announced } = advanced;
    const [refusal] = refusals;
    if (refusal?.refused === "not_yet") throw new NotYetError(refusal.notBefore);
    // It may have been the deadline, which looks whether the result was ever heard of.
    const unheard = call.phase === "completed" && !announced && (await announceIfUnheard(call, ports));
    return { event: "dead_letter.buried", tid, type, ...progressFields(advanced), refused: refusal?.refused, unheard };
  };
  const cancelAll = async (calls: Calls, { type, id }: { type: string; id: string }) => {
    const work = (tid: string) => bury({ tid, type, command: cancellation({ tid, clock }) }, ports);
    return await inTurn(calls, { key: progressKeys.dead({ ...calls, work: id }), hops, work });
  };

  const handle = async (letter: DeadLetter<"timers">): Promise<Told | readonly Told[]> => {
    const { type } = letter;
    const at = clock.now().toISOString();
    // What cannot be read may have been the deadline, after which nothing would ever close the call.
    const lost: Command = { type: "close_lost", id: commandIds.lostDeadline(), at, deadlineSeconds };
    switch (type) {
      case "settle":
        return await close({ tid: letter.tid, type, command: { type, id: letter.id, at, settleSeconds } });
      case "unreadable":
        return await close({ tid: letter.tid, type, command: lost });
      case "deadline":
      case "deadlines":
      case "step_deadlines":
        return await stepDeadlines(deadlinesOf(letter), ports);
      case "unreadable_step":
        return await stepDeadlines(letter, ports);
      case "unreadable_sweep": {
        const batch = await ports.batches.find(letter.batch_id);
        // A step that finds a batch too late leaves it to the sweep to say so.
        const isPast = batch?.expiresAt !== undefined && batch.expiresAt < at;
        const reason = batch?.over ?? (isPast ? "expired" : undefined);
        if (reason === undefined) return { event: "dead_letter.ignored", type };
        return await sweep(sweepOf({ ...letter, reason }, ports), ports, { isDead: true });
      }
      case "count_batch":
      case "unreadable_count":
        return await countBatch({ batch_id: letter.batch_id, looks: letter.looks }, ports);
      case "unreadable_deadlines": {
        const { batch_id: batchId, next: from, until: to, not_before } = letter;
        const key = progressKeys.dead({ work: String(not_before), batchId, from, to });
        return await inTurn({ batchId, from, to }, { key, hops, work: (tid) => close({ tid, type, command: lost }) });
      }
      case "unreadable_batch":
        return await cancelAll({ batchId: letter.batch_id, from: letter.next, to: letter.end }, { type, id: "cancel" });
      case "cancel_batch":
      case "sweep": {
        // Without the credential, which may be what failed: live calls are not hung up, and end by themselves.
        const { sealed_credential: _sealed, ...swept } = letter;
        const reason = "reason" in swept ? swept.reason : "cancelled";
        return await sweep({ ...swept, reason }, ports, { isDead: true });
      }
      default:
        return letter satisfies never;
    }
  };
  return onTime(handle, { queue, hops, clock });
}

async function bury(
  { tid, type, command }: { tid: string; type: string; command: Command | undefined },
  ports: ProgressPorts,
): Promise<Told> {
  if (command === undefined) return { event: "dead_letter.ignored", tid, type };
  const advanced = await advance({ tid, commands: [command] }, ports);
  const refused = advanced.refusals[0]?.refused;
  return { event: "dead_letter.buried", tid, type, ...progressFields(advanced), refused };
}
