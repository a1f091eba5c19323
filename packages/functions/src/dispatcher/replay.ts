import { type CallbackMessage, ParkedMessageSchema } from "@promptcall/core/messages";
import { jsonOf, type NamedCall, NamedCallSchema } from "../named-call.ts";
import type { CallbackStore, CallStore, Clock, DeadLetter, DeadLetters, Queue } from "../ports.ts";

export interface ReplayPorts {
  readonly calls: CallStore;
  readonly deliveries: CallbackStore;
  readonly deadLetters: DeadLetters;
  /** Where retries are taken from. */
  readonly callbacks: Queue<CallbackMessage>;
  readonly clock: Clock;
}

export interface ReplayOptions {
  /** The calls whose results to send again; all of them unless told. */
  readonly tids?: ReadonlySet<string>;
  /** Hears what became of each message it was asked for. */
  readonly tell: (line: string) => void;
}

/**
 * Sends parked results again. What is among the dead letters need only name its call: which attempt comes next is on
 * the call's record. What was waiting for a time, such as the receiver has asked for, still does. A message goes when
 * its successor is queued, so a crash between the two sends once more, not less.
 */
export function replay({ calls, deliveries, deadLetters, callbacks, clock }: ReplayPorts) {
  return async ({ tids, tell }: ReplayOptions): Promise<{ sent: number; left: number }> => {
    /** By tid, the attempt that was sent. */
    const sentAs = new Map<string, Promise<number | undefined>>();
    const held = new Map<string, DeadLetter>();
    let sent = 0;

    async function handle(letter: DeadLetter): Promise<void> {
      const named = NamedCallSchema.safeParse(jsonOf(letter.body)).data;
      const tid = named?.tid;
      if (tids !== undefined && (tid === undefined || !tids.has(tid))) return;
      if (named === undefined || tid === undefined) return tell(`message ${letter.id}: names no call, left`);
      const earlier = sentAs.get(tid);
      const sending = earlier ?? sendAgain(named);
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

    async function sendAgain({ tid, ...named }: NamedCall): Promise<number | undefined> {
      const [spec, { attempts, state }] = await Promise.all([calls.spec(tid), deliveries.read(tid)]);
      if (spec === undefined) return undefined;
      const last = Math.max(0, ...attempts.map((made) => made.attempt));
      // The attempt that delivered a result is not made again: the dispatcher finds it on record and announces it.
      const attempt = state === "delivered" ? last : last + 1;
      const nowMs = clock.now().getTime();
      // A moment later: the very same message would be taken for a copy of the one that was sent on for that time before.
      const wantedMs = named.not_before === undefined ? nowMs : Date.parse(named.not_before) + 1_000;
      const not_before = new Date(Math.max(nowMs, wantedMs)).toISOString();
      await callbacks.send({ v: 1, type: "callback", tid, attempt, not_before });
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

/** Whether it was parked before that attempt. */
function isBefore(attempt: number, { body }: DeadLetter): boolean {
  const parsed = ParkedMessageSchema.safeParse(jsonOf(body));
  return parsed.success && parsed.data.attempts < attempt;
}
