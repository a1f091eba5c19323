import { outcomeOfAttempt } from "@promptcall/core/callbacks/callback";
import {
  type DeliveryMessage,
  ParkedBatchMessageSchema,
  ParkedMessageSchema,
} from "@promptcall/core/contracts/delivery-messages";
import * as z from "zod/mini";
import { jsonOf } from "../json.ts";
import { NamedCallSchema, notBefore } from "../messages/named-call.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { CallbackRecord, CallbackStore } from "../ports/callback-store.ts";
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

/** What is looked at of a parked result: all that is given has to fit. */
export interface ReplayFilters {
  /** The host that the result goes to. */
  readonly receiver?: string;
  /** How its last attempt ended, in the word that its status has: `http_503`, `timeout`, `unreachable`. */
  readonly reason?: string;
  /** When its last attempt was made: from then on, and before then; epoch ms. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

export interface ReplayOptions {
  /** The calls or batches whose results to send again; all by default. */
  readonly tids?: ReadonlySet<string>;
  /** Only those that these fit, too. */
  readonly filters?: ReplayFilters;
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
  return async ({ tids, filters = {}, report }: ReplayOptions): Promise<{ sent: number; left: number }> => {
    /** By id, the attempt that was sent. */
    const sentAs = new Map<string, Promise<number | "unwanted" | undefined>>();
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
      if (attempt === "unwanted") return;
      if (attempt === undefined) return report(`${tid}: its call is on record no more, left`);
      // Parked again after this run sent it: left for the next run, or it would go round.
      if (earlier !== undefined && !isBefore(attempt, message)) return report(`${tid}: parked again meanwhile, left`);
      await deadLetters.remove(message);
      held.delete(message.id);
      if (earlier !== undefined) return report(`${tid}: was there twice`);
      sent += 1;
      report(`${tid}: sent again as attempt ${attempt}`);
    }

    async function sendAgain({ subject, notBefore }: Parked): Promise<number | "unwanted" | undefined> {
      const { url, attempts, state } = await recordOf(subject, ports);
      if (url === undefined) return undefined;
      if (!isWanted({ url, attempts }, filters)) return "unwanted";
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
  const ofCall = async () => (await calls.spec(id))?.callback.url;
  // Without a receiver there is nothing to send again, and the message is left.
  const ofBatch = async () => (await batches.find(id))?.callbackUrl;
  const [url, record] = await Promise.all(
    kind === "call" ? [ofCall(), deliveries.read(id)] : [ofBatch(), batchDeliveries.read(id)],
  );
  return { url, ...record };
}

function isWanted(
  { url, attempts }: { url: string; attempts: CallbackRecord["attempts"] },
  { receiver, reason, sinceMs, untilMs }: ReplayFilters,
): boolean {
  if (receiver !== undefined && new URL(url).hostname !== receiver) return false;
  const last = attempts.toSorted((one, other) => one.attempt - other.attempt).at(-1);
  if (reason !== undefined && (last === undefined || outcomeOfAttempt(last) !== reason)) return false;
  if (sinceMs === undefined && untilMs === undefined) return true;
  const atMs = Date.parse(last?.at ?? "");
  return atMs >= (sinceMs ?? Number.NEGATIVE_INFINITY) && atMs < (untilMs ?? Number.POSITIVE_INFINITY);
}

const AttemptsSchema = z.union([ParkedMessageSchema, ParkedBatchMessageSchema]);

/** Whether the message was parked before that attempt. */
function isBefore(attempt: number, { body }: DeadMessage): boolean {
  const parsed = AttemptsSchema.safeParse(jsonOf(body));
  return parsed.success && parsed.data.attempts < attempt;
}
