import { ConflictError } from "../errors.ts";
import type { Batches, BatchRecord } from "../ports/batches.ts";
import { ensureStep, type LoopPorts, raised } from "./ensure-step.ts";

interface PausePorts extends LoopPorts {
  readonly batches: Pick<Batches, "pause">;
}

interface Paused {
  readonly batch: BatchRecord;
  readonly owner: string;
}

const RACES = 20;

/** The loop passes a paused batch over; what the step under way has taken is still dialed. False when the batch has left. */
export async function pause(given: Paused, ports: PausePorts): Promise<boolean> {
  return await setPaused({ ...given, isPaused: true }, ports);
}

export async function resume(given: Paused, ports: PausePorts): Promise<boolean> {
  const isThere = await setPaused({ ...given, isPaused: false }, ports);
  if (isThere) await ensureStep({ owner: given.owner, atMs: Date.parse(given.batch.acceptedAt) }, ports);
  return isThere;
}

/** The loop is the truth, and the batch's own item a copy of it. */
async function setPaused(
  { batch: { id }, owner, isPaused }: Paused & { isPaused: boolean },
  { loops, batches }: PausePorts,
): Promise<boolean> {
  for (let race = 0; race < RACES; race += 1) {
    const seen = await loops.read(owner);
    const entry = seen.batches[id];
    if (entry === undefined) return false;
    const { paused, ...unpaused } = entry;
    const next = isPaused ? { ...entry, paused: true as const } : unpaused;
    const isWritten =
      (paused === true) === isPaused ||
      (await loops.write(owner, { seen, next: raised({ ...seen, batches: { ...seen.batches, [id]: next } }) }));
    if (!isWritten) continue;
    await batches.pause(id, isPaused);
    return true;
  }
  throw new ConflictError(`loop of ${owner}`);
}
