import { callIdsOf } from "@promptcall/core/batch";
import type { Command } from "@promptcall/core/decide";
import { commandOf, DeliveredEventSchema } from "@promptcall/core/events";
import { DialQueueMessageSchema, TimerMessageSchema } from "@promptcall/core/messages";
import * as z from "zod/mini";
import { type PassOnPorts, passOn } from "../dialer/pass-on.ts";
import { NamedCallSchema } from "../named-call.ts";
import type { Told } from "../ports.ts";
import { type AnnouncementPorts, advance, announceIfUnheard, type ProgressPorts, progressFields } from "../progress.ts";

const UnreadableSchema = z.pipe(
  NamedCallSchema,
  z.transform(({ tid }) => ({ type: "unreadable" as const, tid })),
);

/** Whatever else has become of it, it still says which calls of which batch were waiting. */
const UnreadableBatchSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), end: z.int() }),
  z.transform(({ batch_id, next, end }) => ({ type: "unreadable_batch" as const, batch_id, next, end })),
);

const UnreadableDeadlinesSchema = z.pipe(
  z.object({ batch_id: z.uuid(), next: z.int(), until: z.int() }),
  z.transform((calls) => ({ type: "unreadable_deadlines" as const, ...calls })),
);

/** What can be found among the dead letters of each queue: a message that failed five times, or the remains of one. */
export const DEAD_LETTER_SCHEMAS = {
  dial: z.union([DialQueueMessageSchema, UnreadableSchema, UnreadableBatchSchema]),
  state: z.union([DeliveredEventSchema, UnreadableSchema]),
  timers: z.union([TimerMessageSchema, UnreadableSchema, UnreadableDeadlinesSchema]),
};

export type DeadLetterQueue = keyof typeof DEAD_LETTER_SCHEMAS;
type DeadLetter<Queue extends DeadLetterQueue> = z.infer<(typeof DEAD_LETTER_SCHEMAS)[Queue]>;

/** How many calls of a batch are buried at the same time. */
const BURIED_AT_ONCE = 10;

/** Does without the carrier and the credential what the message would have led to, so that no call is left open. */
export function deadDials(ports: ProgressPorts & PassOnPorts) {
  const giveUp = async (tid: string, type: string): Promise<Told> => {
    // What was dialed has a deadline; what was not never will be.
    const command: Command = { type: "give_up", id: `dead_${tid}`, at: ports.clock.now().toISOString() };
    return await bury({ tid, type, command }, ports);
  };
  /** Remembers how far it has come: thousands of calls are not given up in one go, and every go would begin anew. */
  const giveUpAll = async ({ batchId, from, to }: { batchId: string; from: number; to: number }, type: string) => {
    const key = `dead_${batchId}_${from}_${to}`;
    const told: Told[] = [];
    for (let next = Math.max(from, await ports.hops.made(key)); next < to; next += BURIED_AT_ONCE) {
      const until = Math.min(next + BURIED_AT_ONCE, to);
      const tids = callIdsOf({ batchId, from: next, to: until });
      told.push(...(await Promise.all(tids.map((tid) => giveUp(tid, type)))));
      await ports.hops.make(key, until);
    }
    return told;
  };

  return async (letter: DeadLetter<"dial">): Promise<Told | readonly Told[]> => {
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
}

export function deadReports(ports: ProgressPorts) {
  return async (letter: DeadLetter<"state">): Promise<Told> => {
    const tid = "tid" in letter ? letter.tid : letter.metadata.tid;
    // A report that cannot be read is a report that was lost: the deadline makes up for it.
    const command = letter.type === "unreadable" ? undefined : commandOf(letter);
    return await bury({ tid, type: letter.type, command }, ports);
  };
}

export function deadTimers(ports: ProgressPorts & AnnouncementPorts) {
  const { settleSeconds } = ports;
  const close = async ({ tid, type, command }: { tid: string; type: string; command: Command }): Promise<Told> => {
    const advanced = await advance({ tid, commands: [command] }, ports);
    const { call, refusals, announced } = advanced;
    // It may have been the deadline, which looks whether the result was ever heard of.
    const unheard = call.phase === "completed" && !announced && (await announceIfUnheard(call, ports));
    const refused = refusals[0]?.refused;
    return { event: "dead_letter.buried", tid, type, ...progressFields(advanced), refused, unheard };
  };

  return async (letter: DeadLetter<"timers">): Promise<Told | readonly Told[]> => {
    const { type } = letter;
    const at = ports.clock.now().toISOString();
    switch (type) {
      case "settle":
        return await close({ tid: letter.tid, type, command: { type, id: letter.id, at, settleSeconds } });
      case "deadline":
        return await close({ tid: letter.tid, type, command: overdue({ at, token: letter.claim }) });
      case "deadlines":
      case "unreadable_deadlines": {
        const tids = callIdsOf({ batchId: letter.batch_id, from: letter.next, to: letter.until });
        const command = overdue({ at, token: "claim" in letter ? letter.claim : undefined });
        return await Promise.all(tids.map((tid) => close({ tid, type, command })));
      }
      case "unreadable":
        return await close({ tid: letter.tid, type, command: overdue({ at, token: undefined }) });
      case "cancel_batch":
        // Calls that are not cancelled are dialed, and get their results all the same.
        return { event: "dead_letter.ignored", type };
      default:
        return letter satisfies never;
    }
  };
}

/** What cannot be read may have been the deadline, after which nothing would ever close the call. */
function overdue({ at, token }: { at: string; token: string | undefined }): Command {
  if (token === undefined) return { type: "close_overdue", id: "dead_deadline", at };
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
