import type { DialBatchMessage, DialQueueMessage } from "@promptcall/core/messages";
import { SECOND_MS, stepOf } from "@promptcall/core/pace";
import { passOnOnce } from "../pass-on-once.ts";
import type { Clock, Hops, Paces, Queue } from "../ports.ts";

export interface PassOnPorts {
  readonly paces: Pick<Paces, "read">;
  readonly dial: Queue<DialQueueMessage>;
  readonly hops: Hops;
  readonly clock: Clock;
}

/** Sends the rest of a batch on for the step after this one, still to be given places if the batch was; of which the carrier is asked at `dueMs`, if at all; epoch ms. */
export async function passOn(
  { message, dueMs }: { message: DialBatchMessage; dueMs?: number },
  { paces, dial, hops, clock }: PassOnPorts,
): Promise<void> {
  const { batch_id, application_id, until, end, lanes, hops: _hops, due: _due, ...rest } = message;
  if (until >= end) return;
  const send = async () => {
    const { calls, seconds } = stepOf(await paces.read(application_id));
    const together = Math.max(1, Math.floor(calls / lanes));
    const not_before = new Date(clock.now().getTime() + seconds * 1000).toISOString();
    const due = dueMs && { due: new Date(dueMs + seconds * SECOND_MS).toISOString() };
    const step = { next: until, until: Math.min(until + together, end), end };
    await dial.send({ ...rest, batch_id, application_id, lanes, ...step, not_before, ...due });
  };
  // Lanes end apart, so that each is known by its end.
  await passOnOnce({ key: `batch_${batch_id}_${end}`, upTo: until }, { hops, send });
}
