import { type DeliveryMessage, ParkedBatchMessageSchema, ParkedMessageSchema } from "@promptcall/core/messages";
import * as z from "zod/mini";
import { jsonOf } from "../json.ts";
import { NamedCallSchema, notBefore } from "../named-call.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { CallbackStore } from "../ports/callback-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeadLetter, DeadLetters } from "../ports/dead-letters.ts";
import type { Queue } from "../ports/queue.ts";
import { deliveryOf, type Subject } from "./deliverable.ts";

export interface ReplayPorts {
  readonly calls: CallStore;
  readonly deliveries: CallbackStore;
  readonly batches: Pick<Batches, "find">;
  readonly batchDeliveries: CallbackStore;
  readonly deadLetters: DeadLetters;
  /** Where retries are taken from. */
  readonly callbacks: Queue<DeliveryMessage>;
  readonly clock: Clock;
}

export interface ReplayOptions {
  /** The calls, or batches, whose results to send again; all of them where there is no list. */
  readonly tids?: ReadonlySet<string>;
  /** Hears what became of each message it was asked for. */
  readonly tell: (line: string) => void;
}

/** What is parked: a call's result, or a batch's counts, and from when on it may be sent. */
const ParkedSchema = z.union([
  z.pipe(
    NamedCallSchema,
    z.transform(({ tid, not_before }) => ({ subject: { kind: "call", id: tid } as Subject, notBefore: not_before })),
  ),
  z.pipe(
    z.object({ batch_id: z.uuid(), not_before: notBefore }),
    z.transform(({ batch_id, not_before }) => ({
      subject: { kind: "batch", id: batch_id } as Subject,
      notBefore: not_before,
    })),
  ),
]);
type Parked = z.infer<typeof ParkedSchema>;

/**
 * Sends parked results again. What is among the dead letters need only name its call or batch: which attempt comes next is on
 * the record of it. What was waiting for a time, such as the receiver has asked for, still does. A message goes when
 * its successor is queued, so a crash between the two sends once more, not less.
 */
export function replay(ports: ReplayPorts) {
  const { deadLetters, callbacks, clock } = ports;
  return async ({ tids, tell }: ReplayOptions): Promise<{ sent: number; left: number }> => {
    /** By tid, the attempt that was sent. */
    const sentAs = new Map<string, Promise<number | undefined>>();
    const held = new Map<string, DeadLetter>();
    let sent = 0;

    async function handle(letter: DeadLetter): Promise<void> {
      const parked = ParkedSchema.safeParse(jsonOf(letter.body)).data;
      const tid = parked?.subject.id;
      if (tids !== undefined && (tid === undefined || !tids.has(tid))) return;
      if (parked === undefined || tid === undefined) return tell(`message ${letter.id}: names no call, left`);
      const earlier = sentAs.get(tid);
      const sending = earlier ?? sendAgain(parked);
      sentAs.set(tid, sending);
      const attempt = await sending;
      if (attempt === undefined) return tell(`${tid}: its call is on record no more, left`);
      // What was parked after this run sent it waits for the next one: it would go round and round.
      if (earlier !== undefined && !isBefore(attempt, letter)) return tell(`${tid}: parked again meanwhile, left`);
      await deadLetters.remove(letter);
      held.delete(letter.id);
      if (earlier !== undefined) return tell(`${tid}: was there twice`);
      sent += 1;
      tell(`${tid}: sent again as attempt ${attempt}`);
    }

    async function sendAgain({ subject, notBefore }: Parked): Promise<number | undefined> {
      const { isKnown, attempts, state } = await recordOf(subject, ports);
      if (!isKnown) return undefined;
      const last = Math.max(0, ...attempts.map((made) => made.attempt));
      // The attempt that delivered a result is not made again: the dispatcher finds it on record and announces it.
      const attempt = state === "delivered" ? last : last + 1;
      const nowMs = clock.now().getTime();
      // A moment later: the very same message would be taken for a copy of the one that was sent on for that time before.
      const wantedMs = notBefore === undefined ? nowMs : Date.parse(notBefore) + 1_000;
      await callbacks.send(deliveryOf(subject, attempt, new Date(Math.max(nowMs, wantedMs)).toISOString()));
      return attempt;
    }

    try {
      for (let letters = await deadLetters.receive(); letters.length > 0; letters = await deadLetters.receive()) {
        const fresh = letters.filter(({ id }) => !held.has(id));
        for (const letter of letters) held.set(letter.id, letter);
        // Each to its end before anything is given back: one that fails must not leave others at work on their letters.
        const failed = (await Promise.allSettled(fresh.map(handle))).find(({ status }) => status === "rejected");
        if (failed?.status === "rejected") throw failed.reason;
      }
    } finally {
      await deadLetters.release([...held.values()]);
    }
    for (const tid of tids ?? []) if (!sentAs.has(tid)) tell(`${tid}: is not among the dead letters`);
    return { sent, left: held.size };
  };
}

async function recordOf({ kind, id }: Subject, { calls, deliveries, batches, batchDeliveries }: ReplayPorts) {
  const [known, record] = await Promise.all(
    kind === "call" ? [calls.spec(id), deliveries.read(id)] : [batches.find(id), batchDeliveries.read(id)],
  );
  return { isKnown: known !== undefined, ...record };
}

const AttemptsSchema = z.union([ParkedMessageSchema, ParkedBatchMessageSchema]);

/** Whether it was parked before that attempt. */
function isBefore(attempt: number, { body }: DeadLetter): boolean {
  const parsed = AttemptsSchema.safeParse(jsonOf(body));
  return parsed.success && parsed.data.attempts < attempt;
}
