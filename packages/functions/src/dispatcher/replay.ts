import {
  type DeliveryMessage,
  ParkedBatchMessageSchema,
  ParkedMessageSchema,
} from "@promptcall/core/contracts/messages";
import * as z from "zod/mini";
import { jsonOf } from "../json.ts";
import { NamedCallSchema, notBefore } from "../messages/named-call.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { CallbackStore } from "../ports/callback-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeadLetters, DeadMessage } from "../ports/dead-letters.ts";
import type { Queue } from "../ports/queue.ts";
import { deliveryOf, type Subject } from "./deliverable.ts";

export interface ReplayPorts {
  readonly calls: CallStore;
  readonly deliveries: CallbackStore;
  readonly batches: Pick<Batches, "find">;
  readonly batchDeliveries: CallbackStore;
  readonly deadLetters: DeadLetters;
  /** The queue of later attempts. */
  readonly callbacks: Queue<DeliveryMessage>;
  readonly clock: Clock;
}

export interface ReplayOptions {
  /** The calls or batches whose results to send again; all by default. */
  readonly tids?: ReadonlySet<string>;
  /** Gets a line about each message. */
  readonly report: (line: string) => void;
}

/** A parked result of a call or a batch, and from when on it may be sent. */
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
 * Sends parked results again. A message only has to name its call or batch: the record tells the next attempt. One that
 * was waiting for a time still waits. A message is removed after its successor is queued, so a crash in between sends
 * twice, never zero times.
 */
export function replay(ports: ReplayPorts) {
  const { deadLetters, callbacks, clock } = ports;
  return async ({ tids, report }: ReplayOptions): Promise<{ sent: number; left: number }> => {
    /** By id, the attempt that was sent. */
    const sentAs = new Map<string, Promise<number | undefined>>();
    const held = new Map<string, DeadMessage>();
    let sent = 0;

    async function handle(message: DeadMessage): Promise<void> {
      const parked = ParkedSchema.safeParse(jsonOf(message.body)).data;
      const tid = parked?.subject.id;
      if (tids !== undefined && (tid === undefined || !tids.has(tid))) return;
      if (parked === undefined || tid === undefined) return report(`message ${message.id}: names no call, left`);
      const earlier = sentAs.get(tid);
      const sending = earlier ?? sendAgain(parked);
      sentAs.set(tid, sending);
      const attempt = await sending;
      if (attempt === undefined) return report(`${tid}: its call is on record no more, left`);
      // Parked again after this run sent it: left for the next run, or it would go round.
      if (earlier !== undefined && !isBefore(attempt, message)) return report(`${tid}: parked again meanwhile, left`);
      await deadLetters.remove(message);
      held.delete(message.id);
      if (earlier !== undefined) return report(`${tid}: was there twice`);
      sent += 1;
      report(`${tid}: sent again as attempt ${attempt}`);
    }

    async function sendAgain({ subject, notBefore }: Parked): Promise<number | undefined> {
      const { isKnown, attempts, state } = await recordOf(subject, ports);
      if (!isKnown) return undefined;
      const last = Math.max(0, ...attempts.map((made) => made.attempt));
      // A delivered attempt is not repeated: the dispatcher finds it recorded and publishes it.
      const attempt = state === "delivered" ? last : last + 1;
      const nowMs = clock.now().getTime();
      // A second later, because an identical message would be taken for a copy of the one sent before.
      const wantedMs = notBefore === undefined ? nowMs : Date.parse(notBefore) + 1_000;
      await callbacks.send(deliveryOf(subject, attempt, new Date(Math.max(nowMs, wantedMs)).toISOString()));
      return attempt;
    }

    try {
      for (let messages = await deadLetters.receive(); messages.length > 0; messages = await deadLetters.receive()) {
        const fresh = messages.filter(({ id }) => !held.has(id));
        for (const message of messages) held.set(message.id, message);
        // All are awaited before any message is released: a failure must not leave others at work.
        const failed = (await Promise.allSettled(fresh.map(handle))).find(({ status }) => status === "rejected");
        if (failed?.status === "rejected") throw failed.reason;
      }
    } finally {
      await deadLetters.release([...held.values()]);
    }
    for (const tid of tids ?? []) if (!sentAs.has(tid)) report(`${tid}: is not among the dead letters`);
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

/** Whether the message was parked before that attempt. */
function isBefore(attempt: number, { body }: DeadMessage): boolean {
  const parsed = AttemptsSchema.safeParse(jsonOf(body));
  return parsed.success && parsed.data.attempts < attempt;
}
