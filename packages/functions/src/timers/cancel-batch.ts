import { callIdsOf } from "@promptcall/core/batch";
import type { CancelBatchMessage } from "@promptcall/core/messages";
import pMap from "p-map";
import { cancelCall } from "../cancel-call.ts";
import { UnknownCallError } from "../errors.ts";
import { passOnOnce } from "../pass-on-once.ts";
import type { Carrier, Hops, Seal, Told } from "../ports.ts";
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
  const { batch_id: batchId, next, end, sealed_credential: sealed } = message;
  const until = Math.min(next + (sealed === undefined ? STEP.queued : STEP.live), end);
  if (until < end) {
    const delayMs = sealed === undefined ? 0 : 1_000;
    const not_before = new Date(ports.clock.now().getTime() + delayMs).toISOString();
    const { hops: _hops, ...rest } = message;
    const send = () => ports.timers.send({ ...rest, next: until, not_before });
    await passOnOnce({ key: `cancel_${batchId}_${message.id}`, upTo: until }, { hops: ports.hops, send });
  }
  const credential = sealed === undefined ? undefined : await ports.seal.open(sealed, batchId);
  return await pMap(
    callIdsOf({ batchId, from: next, to: until }),
    async (tid) => {
      const cancelled = await cancelCall({ tid, credential }, ports);
      if (cancelled === undefined) throw new UnknownCallError(tid);
      return {
        event: "timer.cancel" as const,
        tid,
        ...progressFields(cancelled.advanced),
        hung_up: cancelled.isHungUp,
      };
    },
    { concurrency: CALLS_AT_ONCE },
  );
}
