import { decide, isRefusal } from "@promptcall/core/call/decide";
import { evolve } from "@promptcall/core/call/evolve";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { BatchEntry, Loop } from "@promptcall/core/dialing/loop";
import { prioritiesIn } from "@promptcall/core/dialing/priorities";
import { type ProgressPorts, saved } from "../calls/progress.ts";
import { UnknownBatchError, UnknownCallError } from "../errors.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { WaitingCalls } from "../ports/waiting-calls.ts";
import { leaveLoop } from "./end-batch.ts";
import { endQueued } from "./end-queued.ts";
import { ensureStep, type LoopPorts } from "./ensure-step.ts";

export interface GiveBackPorts extends LoopPorts, ProgressPorts {
  readonly calls: Pick<CallStore, "state" | "save" | "eraseWords">;
  readonly batches: Pick<Batches, "find">;
  readonly waiting: Pick<WaitingCalls, "add">;
}

/** Where a call came from, and where it is given back to. */
export type Origin =
  | { readonly kind: "single"; readonly sealedCredential: string; readonly notBeforeMs?: number }
  | { readonly kind: "batch"; readonly batchId: string; readonly index: number };

export interface GivenBack {
  readonly tid: string;
  readonly owner: string;
  readonly origin: Origin;
  readonly notBeforeMs: number;
  readonly priority?: CallSpec["priority"] | undefined;
  /** The claim to release; none for a queued call. */
  readonly token?: string;
  /**
   * It has been queued for minutes, so its loop may know of it. A loop that does is not written: of a batch that is behind
   * there are thousands, and no step could claim its loop beside them.
   */
  readonly isLongQueued?: boolean;
  /** Its batch has just been put back to an earlier call. */
  readonly isBehindAnother?: boolean;
}

/**
 * Makes a call that was not dialed wait again. After a crash in between, the deadline of its claim gives it back once
 * more.
 */
export async function giveBack(given: GivenBack, ports: GiveBackPorts): Promise<void> {
  switch (given.origin.kind) {
    case "single":
      return await giveBackSingle({ ...given, origin: given.origin }, ports);
    case "batch":
      return await giveBackToBatch({ ...given, origin: given.origin }, ports);
    default:
      return given.origin satisfies never;
  }
}

type Back<Kind> = GivenBack & { readonly origin: Extract<Origin, { kind: Kind }> };

async function giveBackSingle(given: Back<"single">, ports: GiveBackPorts): Promise<void> {
  const { tid, owner, notBeforeMs, origin, token, priority } = given;
  const item = { tid, notBeforeMs, sealedCredential: origin.sealedCredential, ...(priority && { priority }) };
  await ports.waiting.add(owner, item);
  if (token !== undefined && !(await release({ tid, token }, ports.calls))) return;
  await ensureStep({ owner, atMs: notBeforeMs, arrives: item }, ports);
}

async function giveBackToBatch(given: Back<"batch">, ports: GiveBackPorts): Promise<void> {
  const { tid, owner, notBeforeMs, origin, token, isLongQueued = false, isBehindAnother = false } = given;
  const { batchId, index } = origin;
  if (token !== undefined && !(await release({ tid, token }, ports.calls))) return;
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) throw new UnknownBatchError(batchId);
  if (batch.over === undefined && !isBehindAnother) {
    const { count, acceptedAt, expiresAt, paused } = batch;
    const made = {
      from: index,
      count,
      startMs: Date.parse(acceptedAt),
      expiryMs: expiresAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(expiresAt),
      ...(paused && { paused }),
      ...prioritiesIn(batch),
    };
    const entryIn = (loop: Loop): BatchEntry => loop.batches[batchId] ?? made;
    await ensureStep(
      {
        owner,
        // In a pause no step dials it: thousands that are given back need not wake the loop for that.
        atMs: (loop) => (entryIn(loop).paused ? entryIn(loop).expiryMs + 1 : notBeforeMs),
        change(loop) {
          const entry = entryIn(loop);
          if (isLongQueued && batchId in loop.batches && entry.from <= index) return loop;
          return { ...loop, batches: { ...loop.batches, [batchId]: { ...entry, from: Math.min(entry.from, index) } } };
        },
      },
      ports,
    );
  }
  // The batch may have ended meanwhile, and its sweep may have passed this call while it was claimed.
  const reason = batch.over ?? (await ports.batches.find(batchId))?.over;
  if (reason === undefined) return;
  // The batch may be back in the loop through the write above, or never left it.
  await leaveLoop({ owner, batchId }, ports);
  await endQueued({ tid, reason }, ports);
}

/** Releases the claim. False when the leg was reported meanwhile: the call was dialed after all. */
async function release(
  { tid, token }: { tid: string; token: string },
  calls: Pick<CallStore, "state" | "save">,
): Promise<boolean> {
  for (;;) {
    const stored = await calls.state(tid);
    if (stored === undefined) throw new UnknownCallError(tid);
    // Already released, by a write whose answer was lost.
    if (stored.call.phase === "queued") return true;
    const released = decide({ type: "release_dial", token }, stored.call);
    if (isRefusal(released)) return false;
    if (await saved({ call: released.reduce(evolve, stored.call), version: stored.version }, calls)) return true;
  }
}
