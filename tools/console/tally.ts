import type { Counts } from "@promptcall/console/data/stream-data";
import type { Call } from "@promptcall/console/data/types";
import type { Journal } from "./journal.ts";
import type { Records } from "./records.ts";

type Kind = "queued" | "live" | "ok" | "cancelled" | "failed" | "error";

interface Known {
  readonly kind: Kind;
  readonly isParked: boolean;
  readonly batchId: string | undefined;
}

/** Counts what the feed tells, and of batches what was not dialed yet: such calls have had no event. */
export class Tally {
  readonly #parts: { readonly journal: Journal; readonly records: Records };
  readonly #known = new Map<string, Known>();
  readonly #kinds: Record<Kind, number> = { queued: 0, live: 0, ok: 0, cancelled: 0, failed: 0, error: 0 };
  readonly #ofBatch = new Map<string, number>();
  readonly #batchIds = new Set<string>();
  #parked = 0;
  #told = "";

  constructor(parts: { readonly journal: Journal; readonly records: Records }) {
    this.#parts = parts;
  }

  knowBatch(id: string): void {
    this.#batchIds.add(id);
  }

  put(call: Call): void {
    const before = this.#known.get(call.tid);
    const now: Known = {
      kind: kindOf(call),
      isParked: call.callback.state === "parked",
      batchId: call.batch_id,
    };
    this.#known.set(call.tid, now);
    if (before) this.#kinds[before.kind] -= 1;
    this.#kinds[now.kind] += 1;
    this.#parked += Number(now.isParked) - Number(before?.isParked ?? false);
    if (!before && now.batchId !== undefined) this.#ofBatch.set(now.batchId, (this.#ofBatch.get(now.batchId) ?? 0) + 1);
  }

  /** Publishes the counts where they have changed. */
  async tell(): Promise<void> {
    for (const id of await this.#parts.records.batchIds()) this.#batchIds.add(id);
    const waiting = await this.#waitingInBatches();
    const { queued, live, ok, cancelled, failed, error } = this.#kinds;
    const counts: Omit<Counts, "at"> = {
      queued: queued + waiting.count,
      live,
      done: ok + cancelled,
      cancelled,
      failed: failed + error,
      failed_pins: failed,
      errors: error,
      parked: this.#parked,
      ...(waiting.lastDialAt !== undefined && { last_dial_at: waiting.lastDialAt }),
    };
    const written = JSON.stringify(counts);
    if (written === this.#told) return;
    this.#told = written;
    this.#parts.journal.publish({ event: "counts", data: { at: new Date().toISOString(), ...counts } });
  }

  async #waitingInBatches(): Promise<{ count: number; lastDialAt: string | undefined }> {
    let count = 0;
    let lastDialAt: string | undefined;
    for (const id of this.#batchIds) {
      const batch = await this.#parts.records.batch(id);
      const left = batch === undefined ? 0 : Math.max(0, batch.count - (this.#ofBatch.get(id) ?? 0));
      // Calls of one that is over get their results one after the other, each with its event.
      if (batch === undefined || left === 0) this.#batchIds.delete(id);
      else {
        count += left;
        if (lastDialAt === undefined || batch.lastDialAt > lastDialAt) lastDialAt = batch.lastDialAt;
      }
    }
    return { count, lastDialAt };
  }
}

function kindOf({ state, status, reason, dialed_at }: Call): Kind {
  if (state === "queued") return "queued";
  if (state !== "completed") return "live";
  if (status === "error") return reason === "cancelled" && dialed_at === undefined ? "cancelled" : "error";
  return status ?? "error";
}
