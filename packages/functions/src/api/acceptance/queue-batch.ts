import type { DialWindow } from "@promptcall/core/acceptance/acceptance";
import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Loop } from "@promptcall/core/dialing/loop";
import { batchPriorities } from "@promptcall/core/dialing/priorities";
import { ensureStep, type LoopPorts } from "../../dialing/ensure-step.ts";
import type { Batches } from "../../ports/batches.ts";
import type { Queue } from "../../ports/queue.ts";
import { type AddSpecsPorts, addSpecs } from "./add-specs.ts";

/** A call, or a batch of calls, that is to be dialed. */
export interface Queued {
  readonly id: string;
  readonly specs: readonly CallSpec[];
  readonly owner: string;
  readonly window: DialWindow;
  readonly sealedCredential: string;
  /** By a request that was begun before. */
  readonly isContinued: boolean;
  readonly loop?: Loop;
}

export interface QueueBatchPorts extends LoopPorts, AddSpecsPorts {
  readonly batches: Pick<Batches, "add">;
  readonly dial: Queue<DialQueueMessage>;
}

/** Has the calls of a batch dialed, in turn with what else waits. */
export async function queueBatch(
  given: Queued & {
    applicationId: string;
    slots: DialSlots;
    byMs: number;
    receiver: { url: string; sealed?: string } | undefined;
  },
  ports: QueueBatchPorts,
): Promise<void> {
  const { id, specs, owner, window, sealedCredential, applicationId, slots, byMs, receiver } = given;
  const count = specs.length;
  const priorities = batchPriorities(specs.map(({ priority }) => priority ?? "normal"));
  await ports.batches.add({
    id,
    applicationId,
    count,
    acceptedAt: window.acceptedAt,
    firstDialAt: iso(slots.fromMs),
    lastDialAt: iso(slots.lastMs),
    owner,
    expiresAt: iso(byMs),
    sealedCredential,
    ...priorities,
    ...(specs.some(mayBeHeld) && { holds: true }),
    ...(receiver !== undefined && { callbackUrl: receiver.url }),
    ...(receiver?.sealed !== undefined && { sealedCallback: receiver.sealed }),
  });
  await addSpecs(given, ports);
  const entry = { from: 0, count, startMs: window.startMs, expiryMs: byMs, ...priorities };
  await ensureStep(
    {
      owner,
      atMs: window.startMs,
      change: (loop) => ({ ...loop, batches: { ...loop.batches, [id]: entry } }),
      isDone: (loop) => id in loop.batches,
    },
    ports,
  );
}

/** Whether it may have to wait although its turn has come. */
function mayBeHeld({ localTime, retry }: CallSpec): boolean {
  return localTime !== undefined || retry !== undefined;
}

const iso = (ms: number) => new Date(ms).toISOString();
