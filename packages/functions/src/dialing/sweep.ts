import { callIdOf } from "@promptcall/core/call/batch";
import type { Call } from "@promptcall/core/call/call";
import { mayBeRedialed } from "@promptcall/core/call/redial";
import type { CountBatchMessage, SweepMessage } from "@promptcall/core/contracts/dialing-messages";
import { checkpointKeys } from "@promptcall/core/contracts/ids";
import type { Region } from "@promptcall/core/contracts/regions";
import { REQUEST_GAP_MS } from "@promptcall/core/dialing/carrier-rate";
import { countOf } from "../calls/count-batch.ts";
import type { ProgressPorts } from "../calls/progress.ts";
import { UnknownBatchError, UnknownCallError } from "../errors.ts";
import { retryDelayMs } from "../messages/ask-within-rate.ts";
import { isolateFailures } from "../messages/isolate-failures.ts";
import { resumeOnce } from "../messages/resume-once.ts";
import type { Batches } from "../ports/batches.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Loops } from "../ports/loops.ts";
import type { Queue } from "../ports/queue.ts";
import type { Seal } from "../ports/seal.ts";
import type { FoundCalls } from "./dial-group.ts";
import { leaveLoop, sweepOf } from "./end-batch.ts";
import { endQueued } from "./end-queued.ts";

export interface SweepPorts extends Omit<ProgressPorts, "calls" | "timers"> {
  readonly calls: Pick<CallStore, "state" | "save" | "eraseWords" | "find">;
  readonly batches: Pick<Batches, "find" | "end" | "eraseCredential">;
  readonly loops: Loops;
  /** Has the carrier hang a call up; false when it does not. */
  readonly hangUp: (call: {
    uuid: string;
    region: Region | undefined;
    owner: string;
    credential: string;
  }) => Promise<boolean | "no_room">;
  readonly seal: Seal;
  readonly checkpoints: Checkpoints;
  readonly timers: ProgressPorts["timers"] & Queue<SweepMessage | CountBatchMessage>;
}

/** How many calls one message covers, and how many are ended at the same time. */
const STEP = 100;
const AT_ONCE = 10;

/** As many as the carrier's rate limit allows in a second. */
const HANG_UPS_A_SECOND = 1_000 / REQUEST_GAP_MS;

/**
 * Ends the next queued calls of a batch that is over; with a credential it hangs up live ones instead. A failed call is
 * sent on alone; with `isDead` the message itself fails. A dead message with a credential only sends the rest on: its
 * live calls end by themselves.
 */
export async function sweep(
  message: Omit<SweepMessage, "v" | "type">,
  ports: SweepPorts,
  { isDead = false }: { isDead?: boolean } = {},
): Promise<readonly LogRecord[]> {
  const { owner, batch_id: batchId, next, sealed_credential: sealed } = message;
  const batch = await ports.batches.find(batchId);
  if (batch === undefined) throw new UnknownBatchError(batchId);
  const end = message.end ?? batch.count;
  // Whoever ended the batch may have died before removing it from the loop, and a step that found it expired has not
  // recorded the reason.
  const reason = next === 0 ? await ports.batches.end(batchId, message.reason) : message.reason;
  if (next === 0) {
    await leaveLoop({ owner, batchId }, ports);
    // Counted once: an unreadable first call may bring this message back for hours.
    const count = () => ports.timers.send(countOf({ batchId }, ports));
    await resumeOnce(
      { key: checkpointKeys.countAsked(batchId), upTo: 1 },
      { checkpoints: ports.checkpoints, send: count },
    );
  }
  const { calls, found } = await nextOf({ batchId, next, end, areHungUp: sealed !== undefined }, ports);
  const until = next + calls.length;
  const sweepAt = (range: { next: number; end?: number | undefined }, delayMs: number) =>
    ports.timers.send({
      ...sweepOf({ ...message, reason, owner, ...range }, ports),
      not_before: later(delayMs, ports),
    });
  if (until < end)
    await resumeOnce(
      { key: checkpointKeys.sweep({ batchId, kind: kindOf(sealed), end: message.end }), upTo: until },
      { checkpoints: ports.checkpoints, send: () => sweepAt({ next: until }, sealed === undefined ? 0 : 1_000) },
    );
  if (isDead && sealed !== undefined) return [{ event: "batch.swept", batch_id: batchId, hung_up: false }];
  const credential = sealed === undefined ? undefined : await ports.seal.open(sealed, batchId);
  return await isolateFailures<(typeof calls)[number], LogRecord>(calls, {
    isAlone: isDead || calls.length === 1,
    concurrency: AT_ONCE,
    async work({ tid, index }) {
      const records = await sweepCall({ tid, owner, found, credential, reason }, ports);
      if (records !== "no_room") return records;
      await sweepAt({ next: index, end: index + 1 }, retryDelayMs(ports.random));
      return { event: "timer.cancel", tid, no_room: true };
    },
    sendAlone: ({ index }) => sweepAt({ next: index, end: index + 1 }, 0),
    recordOfFailed: ({ tid }, again) => ({ event: "batch.swept", tid, again }),
  });
}

/** Part of the checkpoint's key: a second request to hang up has another seal, and is carried out again. */
function kindOf(sealed: string | undefined): string {
  return sealed === undefined ? "queued" : sealed.slice(-22);
}

/** The calls of one message: limited in number, and in live calls to what the carrier takes in a second. */
async function nextOf(
  { batchId, next, end, areHungUp }: { batchId: string; next: number; end: number; areHungUp: boolean },
  { calls: store }: SweepPorts,
) {
  const all = Array.from({ length: Math.min(next + STEP, end) - next }, (_, offset) => {
    const index = next + offset;
    return { index, tid: callIdOf({ batchId, index }) };
  });
  const found: FoundCalls = await store.find(all.map(({ tid }) => tid));
  const live = all.filter(({ tid }) => {
    const call = found.get(tid)?.stored.call;
    return call !== undefined && uuidOf(call) !== undefined;
  });
  const tooMany = areHungUp ? live[HANG_UPS_A_SECOND] : undefined;
  return { calls: tooMany === undefined ? all : all.slice(0, tooMany.index - next), found };
}

async function sweepCall(
  given: {
    tid: string;
    owner: string;
    found: FoundCalls;
    credential: string | undefined;
    reason: SweepMessage["reason"];
  },
  ports: SweepPorts,
): Promise<LogRecord | "no_room"> {
  const { tid, owner, found, credential, reason } = given;
  const known = found.get(tid);
  if (known === undefined) throw new UnknownCallError(tid);
  const { call } = known.stored;
  const uuid = uuidOf(call);
  // The sweep without a credential ends the queued calls: two at once would announce each result twice.
  if (credential !== undefined) {
    if (uuid === undefined) return { event: "batch.swept", tid, phase: call.phase };
    const isHungUp = await ports.hangUp({ uuid, region: call.region, owner, credential });
    return isHungUp === "no_room" ? isHungUp : { event: "timer.cancel", tid, hung_up: isHungUp };
  }
  if (call.phase !== "queued" && !mayBeRedialed(call)) return { event: "batch.swept", tid, phase: call.phase };
  return await endQueued({ tid, reason }, ports);
}

/** The carrier's id of a live call. */
function uuidOf(call: Call): string | undefined {
  return "line" in call && call.phase !== "completed" && call.phase !== "ended" ? call.line.uuid : undefined;
}

function later(ms: number, { clock }: SweepPorts): string {
  return new Date(clock.now().getTime() + ms).toISOString();
}
