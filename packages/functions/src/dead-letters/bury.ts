import type { Command } from "@promptcall/core/decide";
import { commandOf, DeliveredEventSchema } from "@promptcall/core/events";
import { DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/messages";
import * as z from "zod/mini";
import { cancellation } from "../cancel-call.ts";
import { type PassOnPorts, passOn } from "../dialer/pass-on.ts";
import { NotYetError } from "../errors.ts";
import { NamedCallSchema, notBefore } from "../named-call.ts";
import type { Hops, Told } from "../ports.ts";
import { type AnnouncementPorts, advance, announceIfUnheard, type ProgressPorts, progressFields } from "../progress.ts";
import { cancelRest } from "../timers/cancel-batch.ts";
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

const UnreadableDeadlinesSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), until: z.int(), not_before: notBefore }),
  z.transform((calls) => ({ type: "unreadable_deadlines" as const, ...calls })),
);

/** What can be found among the dead letters of each queue: a message that failed five times, or the remains of one. */
export const DEAD_LETTER_SCHEMAS = {
  dial: z.union([DialQueueMessageSchema, UnreadableSchema, UnreadableBatchSchema]),
  state: z.union([DeliveredEventSchema, UnreadableSchema]),
  timers: z.union([TimerMessageSchema, UnreadableSchema, UnreadableDeadlinesSchema, UnreadableBatchSchema]),
};

export type DeadLetterQueue = keyof typeof DEAD_LETTER_SCHEMAS;
type DeadLetter<Queue extends DeadLetterQueue> = z.infer<(typeof DEAD_LETTER_SCHEMAS)[Queue]>;

/** Does without the carrier and the credential what the message would have led to, so that no call is left open. */
export function deadDials(ports: ProgressPorts & PassOnPorts) {
  const { hops, clock, dial: queue } = ports;
  const giveUp = async (tid: string, type: string): Promise<Told> => {
    // What was dialed has a deadline; what was not never will be.
    const command: Command = { type: "give_up", id: `dead_${tid}`, at: clock.now().toISOString() };
    return await bury({ tid, type, command }, ports);
  };
  const giveUpAll = async (calls: Calls, type: string) => {
    const key = `dead_${calls.batchId}_${calls.from}_${calls.to}`;
    return await inTurn(calls, { key, hops, work: (tid) => giveUp(tid, type) });
  };

  const handle = async (letter: DeadLetter<"dial">): Promise<Told | readonly Told[]> => {
    const { type } = letter;
    switch (type) {
      case "dial":
      case "unreadable":
        return await giveUp(letter.tid, type);
      case "dial_batch":
        // It may have died before it could send the rest of the batch on.
        await passOn({ message: letter }, ports);
        return await giveUpAll({ batchId: letter.batch_id, from: letter.next, to: letter.until }, type);
      case "unreadable_batch":
        return await giveUpAll({ batchId: letter.batch_id, from: letter.next, to: letter.end }, type);
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

export interface DeadTimersPorts extends ProgressPorts, AnnouncementPorts {
  readonly hops: Hops;
  /** After so long, any call that was dialed is over. */
  readonly longestCallSeconds: number;
}

export function deadTimers(ports: DeadTimersPorts) {
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
    return await inTurn(calls, { key: `dead_${id}_${calls.batchId}_${calls.from}_${calls.to}`, hops, work });
  };

  const handle = async (letter: DeadLetter<"timers">): Promise<Told | readonly Told[]> => {
    const { type } = letter;
    const at = clock.now().toISOString();
    // What cannot be read may have been the deadline, after which nothing would ever close the call.
    const lost: Command = { type: "close_lost", id: "dead_deadline", at, deadlineSeconds };
    switch (type) {
      case "settle":
        return await close({ tid: letter.tid, type, command: { type, id: letter.id, at, settleSeconds } });
      case "deadline":
        return await close({ tid: letter.tid, type, command: overdue({ at, token: letter.claim }) });
      case "unreadable":
        return await close({ tid: letter.tid, type, command: lost });
      case "deadlines":
      case "unreadable_deadlines": {
        const { batch_id: batchId, next: from, until: to, not_before } = letter;
        const command = letter.type === "deadlines" ? overdue({ at, token: letter.claim }) : lost;
        const key = `dead_${"claim" in letter ? letter.claim : not_before}_${batchId}_${from}_${to}`;
        return await inTurn({ batchId, from, to }, { key, hops, work: (tid) => close({ tid, type, command }) });
      }
      case "cancel_batch": {
        // Without the credential: live calls are not hung up, and end by themselves.
        const { next: from, until: to } = await cancelRest(letter, ports);
        return await cancelAll({ batchId: letter.batch_id, from, to }, { type, id: letter.id });
      }
      case "unreadable_batch":
        return await cancelAll({ batchId: letter.batch_id, from: letter.next, to: letter.end }, { type, id: "cancel" });
      default:
        return letter satisfies never;
    }
  };
  return onTime(handle, { queue, hops, clock });
}

function overdue({ at, token }: { at: string; token: string }): Command {
  return { type: "close_overdue", id: `deadline_${token}`, at, token };
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
