import { callIdOf } from "@promptcall/core/batch";
import type { CancelBatchMessage, TimerMessage } from "@promptcall/core/messages";
import { cancelCall } from "../cancel-call.ts";
import { eachApart } from "../each-apart.ts";
import { UnknownCallError } from "../errors.ts";
import { passOnOnce } from "../pass-on-once.ts";
import type { Carrier, Clock, Hops, Queue, Seal, Told } from "../ports.ts";
import { type ProgressPorts, progressFields } from "../progress.ts";

export interface CancelPorts extends ProgressPorts {
  readonly carrier: Pick<Carrier, "hangUp">;
  readonly seal: Seal;
  readonly hops: Hops;
}

/** The carrier takes 15 requests a second about calls that there are; without a credential it is not asked. */
const STEP = { live: 10, queued: 100 };
const CALLS_AT_ONCE = 10;

/** Cancels the next calls of a batch, and sends the rest of it on. */
export async function cancelBatch(message: CancelBatchMessage, ports: CancelPorts): Promise<readonly Told[]> {
  const { hops: _hops, ...rest } = message;
  const { batch_id: batchId, sealed_credential: sealed } = message;
  const { next, until } = await cancelRest(message, ports);
  const credential = sealed === undefined ? undefined : await ports.seal.open(sealed, batchId);
  const calls = Array.from({ length: until - next }, (_, offset) => {
    const index = next + offset;
    return { index, tid: callIdOf({ batchId, index }) };
  });
  return await eachApart<(typeof calls)[number], Told>(calls, {
    isAlone: calls.length === 1,
    concurrency: CALLS_AT_ONCE,
    async work({ tid }) {
      const cancelled = await cancelCall({ tid, credential }, ports);
      if (cancelled === undefined) throw new UnknownCallError(tid);
      const { advanced, isHungUp } = cancelled;
      return { event: "timer.cancel", tid, ...progressFields(advanced), hung_up: isHungUp };
    },
    sendAlone: ({ index }) => ports.timers.send({ ...rest, next: index, end: index + 1 }),
    tellOfFailed: ({ tid }, again) => ({ event: "timer.cancel", tid, again }),
  });
}

/** Sends the rest of a cancellation on for the step after this one, and tells which calls are this one's. */
export async function cancelRest(
  message: CancelBatchMessage,
  { timers, hops, clock }: { timers: Queue<TimerMessage>; hops: Hops; clock: Clock },
): Promise<{ next: number; until: number }> {
  const { hops: _hops, ...rest } = message;
  const { next, end, sealed_credential: sealed } = message;
  const until = Math.min(next + (sealed === undefined ? STEP.queued : STEP.live), end);
  if (until < end) {
    const delayMs = sealed === undefined ? 0 : 1_000;
    const not_before = new Date(clock.now().getTime() + delayMs).toISOString();
    const send = () => timers.send({ ...rest, next: until, not_before });
    await passOnOnce({ key: `cancel_${message.batch_id}_${message.id}`, upTo: until }, { hops, send });
  }
  return { next, until };
}
