import { callIdOf } from "@promptcall/core/batch";
import type { Call } from "@promptcall/core/call";
import { APART_MS } from "@promptcall/core/carrier-room";
import type { CountBatchMessage, SweepMessage } from "@promptcall/core/dialing/messages";
import { progressKeys } from "@promptcall/core/ids";
import { untilRoomMs } from "../ask-in-turn.ts";
import type { Found } from "../dialer/dial-together.ts";
import { leaveLoop, sweepOf } from "../dialing/end-batch.ts";
import { endQueued } from "../dialing/end-queued.ts";
import { eachApart } from "../each-apart.ts";
import { UnknownBatchError, UnknownCallError } from "../errors.ts";
import { passOnOnce } from "../pass-on-once.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Hops } from "../ports/hops.ts";
import type { Told } from "../ports/log.ts";
import type { Loops } from "../ports/loops.ts";
import type { Owners } from "../ports/owners.ts";
import type { Queue } from "../ports/queue.ts";
import type { Seal } from "../ports/seal.ts";
import type { ProgressPorts } from "../progress.ts";
import { countOf } from "./count-batch.ts";

export interface SweepPorts extends Omit<ProgressPorts, "calls" | "timers"> {
  readonly calls: Pick<CallStore, "state" | "save" | "find">;
  readonly batches: Pick<Batches, "find" | "end">;
  readonly loops: Loops;
  readonly owners: Owners;
  /** Has the carrier hang a call up; false when it does not. */
  readonly hangUp: (call: { uuid: string; owner: string; credential: string }) => Promise<boolean | "no_room">;
  readonly seal: Seal;
  readonly hops: Hops;
  readonly timers: ProgressPorts["timers"] & Queue<SweepMessage | CountBatchMessage>;
}

/** How many calls one message looks at, and how many of them are ended at the same time. */
const STEP = 100;
const AT_ONCE = 10;

/** As many as the carrier has room for in a second, if nobody else asks. */
const HANG_UPS_A_SECOND = 1_000 / APART_MS;

/** Without an owner it is from before there were loops. */
type Sweep = Omit<SweepMessage, "v" | "type" | "owner"> & { readonly owner?: string };

/**
 * Ends the next queued calls of a batch that is over; with a credential it hangs up the live ones. A call for which that
 * fails comes again alone, or with `isDead` in the same message, which then fails.
 */
export async function sweep(
  message: Sweep,
  ports: SweepPorts,
  { isDead = false }: { isDead?: boolean } = {},
): Promise<readonly Told[]> {
  const { batch_id: batchId, next, sealed_credential: sealed } = message;
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) throw new UnknownBatchError(batchId);
  const owner = message.owner ?? (await ports.owners.ownerOf(batch.applicationId));
  const end = message.end ?? batch.count;
  // Whoever ended the batch may have died before it left the loop; a step that found it too late has not even said so.
  const reason = next === 0 ? await ports.batches.end(batchId, message.reason) : message.reason;
  if (next === 0) {
    await leaveLoop({ owner, batchId }, ports);
    // A call that cannot be read comes by here for hours, if it is the first.
    const count = () => ports.timers.send(countOf({ batchId }, ports));
    await passOnOnce({ key: progressKeys.countAsked(batchId), upTo: 1 }, { hops: ports.hops, send: count });
  }
  const { calls, found } = await nextOf({ batchId, next, end, areHungUp: sealed !== undefined }, ports);
  const until = next + calls.length;
  const sweepAt = (range: { next: number; end?: number | undefined }, delayMs: number) =>
    ports.timers.send({
      ...sweepOf({ ...message, reason, owner, ...range }, ports),
      not_before: later(delayMs, ports),
    });
  if (until < end)
    await passOnOnce(
      { key: progressKeys.sweep({ batchId, kind: kindOf(sealed), end: message.end }), upTo: until },
      { hops: ports.hops, send: () => sweepAt({ next: until }, sealed === undefined ? 0 : 1_000) },
    );
  const credential = sealed === undefined ? undefined : await ports.seal.open(sealed, batchId);
  return await eachApart<(typeof calls)[number], Told>(calls, {
    isAlone: isDead || calls.length === 1,
    concurrency: AT_ONCE,
    async work({ tid, index }) {
      const told = await sweepCall({ tid, owner, found, credential, reason }, ports);
      if (told !== "no_room") return told;
      await sweepAt({ next: index, end: index + 1 }, untilRoomMs(ports.chance));
      return { event: "timer.cancel", tid, no_room: true };
    },
    sendAlone: ({ index }) => sweepAt({ next: index, end: index + 1 }, 0),
    tellOfFailed: ({ tid }, again) => ({ event: "batch.swept", tid, again }),
  });
}

/** Who asks once more to have calls hung up has it done once more, with a seal of its own. */
function kindOf(sealed: string | undefined): string {
  return sealed === undefined ? "queued" : sealed.slice(-22);
}

/** The next calls: as many as one message looks at, with no more live ones to hang up than the carrier takes in a second. */
async function nextOf(
  { batchId, next, end, areHungUp }: { batchId: string; next: number; end: number; areHungUp: boolean },
  { calls: store }: SweepPorts,
) {
  const all = Array.from({ length: Math.min(next + STEP, end) - next }, (_, place) => {
    const index = next + place;
    return { index, tid: callIdOf({ batchId, index }) };
  });
  const found: Found = await store.find(all.map(({ tid }) => tid));
  const live = all.filter(({ tid }) => {
    const call = found.get(tid)?.stored.call;
    return call !== undefined && uuidOf(call) !== undefined;
  });
  const tooMany = areHungUp ? live[HANG_UPS_A_SECOND] : undefined;
  return { calls: tooMany === undefined ? all : all.slice(0, tooMany.index - next), found };
}

async function sweepCall(
  given: { tid: string; owner: string; found: Found; credential: string | undefined; reason: SweepMessage["reason"] },
  ports: SweepPorts,
): Promise<Told | "no_room"> {
  const { tid, owner, found, credential, reason } = given;
  const known = found.get(tid);
  if (known === undefined) throw new UnknownCallError(tid);
  const { call } = known.stored;
  const uuid = uuidOf(call);
  if (credential !== undefined && uuid !== undefined) {
    const isHungUp = await ports.hangUp({ uuid, owner, credential });
    return isHungUp === "no_room" ? isHungUp : { event: "timer.cancel", tid, hung_up: isHungUp };
  }
  if (call.phase !== "queued") return { event: "batch.swept", tid, phase: call.phase };
  return await endQueued({ tid, reason }, ports);
}

/** The carrier's name for a call that is live. */
function uuidOf(call: Call): string | undefined {
  return "line" in call && call.phase !== "completed" && call.phase !== "ended" ? call.line.uuid : undefined;
}

function later(ms: number, { clock }: SweepPorts): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}
