import type { BatchEntry } from "@promptcall/core/dialing/loop";
import { prioritiesIn } from "@promptcall/core/dialing/priorities";
import type { Batches, BatchRecord } from "../ports/batches.ts";
import { changeLoop } from "./change-loop.ts";
import { ensureStep, type LoopPorts } from "./ensure-step.ts";

interface PausePorts extends LoopPorts {
  readonly batches: Pick<Batches, "pause">;
}

interface Paused {
  readonly batch: BatchRecord;
  readonly owner: string;
}

/**
 * Pauses a batch: later steps pass it over, the step under way still dials. False when the batch is no longer in the
 * loop.
 */
export async function pause(given: Paused, ports: PausePorts): Promise<boolean> {
  return await setPaused({ ...given, isToPause: true }, ports);
}

export async function resume(given: Paused, ports: PausePorts): Promise<boolean> {
  const isThere = await setPaused({ ...given, isToPause: false }, ports);
  if (isThere) await ensureStep({ owner: given.owner, atMs: Date.parse(given.batch.acceptedAt) }, ports);
  return isThere;
}

/** Whether a batch is in a pause. The copy in its own item counts once it has left the loop, while calls of it may wait. */
export function isPaused({ batch, entry }: { batch: BatchRecord; entry: BatchEntry | undefined }): boolean {
  const { paused } = entry ?? (batch.holds && batch.over === undefined ? batch : {});
  return paused === true;
}

/** A batch that has left the loop, while calls of it may wait by themselves. */
function entryOfHeld(batch: BatchRecord): BatchEntry | undefined {
  const { holds, over, count, acceptedAt, expiresAt } = batch;
  if (!holds || over !== undefined || expiresAt === undefined) return undefined;
  const times = { startMs: Date.parse(acceptedAt), expiryMs: Date.parse(expiresAt) };
  return { from: 0, count, ...times, ...prioritiesIn(batch) };
}

/** The loop decides; the batch's own item holds a copy. */
async function setPaused(
  { batch, owner, isToPause }: Paused & { isToPause: boolean },
  ports: PausePorts,
): Promise<boolean> {
  const { id, holds } = batch;
  let isThere = false;
  await changeLoop(
    {
      owner,
      change(seen) {
        const entry = seen.batches[id] ?? (isToPause || batch.paused ? entryOfHeld(batch) : undefined);
        isThere = entry !== undefined;
        if (entry === undefined || (entry.paused === true) === isToPause) return undefined;
        const { paused: _paused, ...unpaused } = entry;
        // Those that wait by themselves are left to their batch in a pause: it may have gone past them.
        const next = isToPause ? { ...unpaused, ...(holds && { from: 0 }), paused: true as const } : unpaused;
        return { ...seen, batches: { ...seen.batches, [id]: next } };
      },
    },
    ports,
  );
  if (isThere) await ports.batches.pause(id, isToPause);
  return isThere;
}
