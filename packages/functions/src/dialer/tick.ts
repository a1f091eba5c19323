import type { DialGroup, TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { checkpointKeys } from "@promptcall/core/contracts/ids";
import {
  FAN_OUT_MS,
  LARGEST_DIAL_GROUP,
  LEAD_MS,
  LOOK_AFTER_MS,
  type Loop,
  PREPARATION_MS,
  REQUEST_GAP_MS,
  STEP_SPREAD_MS,
  slackMs,
} from "@promptcall/core/dialing/loop";
import { recovered } from "@promptcall/core/dialing/rate";
import { planStep, type StepPlan, stepAtMs, tickOf } from "@promptcall/core/dialing/step";
import { countOf } from "../calls/count-batch.ts";
import { callsOf, dialGroup } from "../dialing/dial-group.ts";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import { sweepOf } from "../dialing/end-batch.ts";
import { endQueued } from "../dialing/end-queued.ts";
import { delaySecondsOf, tickMessage } from "../dialing/ensure-step.ts";
import { revive } from "../dialing/revive.ts";
import { resumeOnce } from "../messages/resume-once.ts";
import type { LogRecord } from "../ports/log.ts";
import { fanOut } from "./parts.ts";
import { readStep, type StepRead } from "./read-step.ts";
import { watch } from "./watch.ts";

/** A step further ahead than this gets no watchdog yet: it would arrive before the step. */
const LAST_HOP_MS = 840_000;

const MINUTE_MS = 60_000;

/** More minutes than any call waits, so that the checkpoint only grows. */
const MOST_MINUTES = 1_000_000;

/** Handles a tick: takes the step if it is due. */
export async function tick(message: TickMessage, ports: DialerPorts): Promise<readonly LogRecord[]> {
  const { owner, n } = message;
  const token = ports.random.uuid();
  const sends = sendsOnce();
  let watchedUntilMs = 0;
  for (;;) {
    const loop = await readLoop(owner, ports);
    const nowMs = ports.clock.now().getTime();
    const come = tickOf(loop, { step: n, nowMs });
    switch (come.kind) {
      case "at_rest":
        return [{ event: "loop.stale", n }];
      case "stale":
        return [{ event: "loop.stale", n, revived: come.isLost && (await revive(owner, ports)) }];
      case "early":
        await postponeTick({ owner, n, leftMs: come.leftMs, dueMs: loop.dueMs }, ports);
        return [{ event: "loop.early", n }];
      case "due": {
        await ports.clock.waitUntil(come.claimAtMs);
        watchedUntilMs = await watch({ owner, loop, sentUntilMs: watchedUntilMs }, ports);
        const step = await claimStep({ owner, loop: { ...loop, watchedUntilMs }, token, sends }, ports);
        if (step !== undefined) return await takeStep({ owner, ...step }, ports);
        break;
      }
      default:
        return come satisfies never;
    }
  }
}

/**
 * Sends an early tick on, since queues delay at most 15 minutes. A checkpoint lets only one of several copies do so, or
 * copies would multiply over hours. In the last minute all may.
 */
async function postponeTick(
  { owner, n, leftMs, dueMs }: { owner: string; n: number; leftMs: number; dueMs: number | undefined },
  ports: DialerPorts,
): Promise<void> {
  const goOn = async () => {
    if (leftMs <= LAST_HOP_MS) await send({ owner, n: n - 1, afterMs: leftMs + LOOK_AFTER_MS }, ports);
    await send({ owner, n, afterMs: leftMs }, ports);
  };
  if (leftMs <= MINUTE_MS) return await goOn();
  const upTo = MOST_MINUTES - Math.ceil(leftMs / MINUTE_MS);
  await resumeOnce(
    { key: checkpointKeys.tick({ owner, n, dueMs }), upTo },
    { checkpoints: ports.checkpoints, send: goOn },
  );
}

/** Remembers what was sent, however often the claim after it is tried. */
function sendsOnce() {
  const sent = new Set<string>();
  return async (what: string, send: () => Promise<void>): Promise<void> => {
    if (sent.has(what)) return;
    await send();
    sent.add(what);
  };
}

async function readLoop(owner: string, { loops, clock }: DialerPorts): Promise<Loop> {
  return recovered(await loops.read(owner), clock.now().getTime());
}

type SendsOnce = ReturnType<typeof sendsOnce>;

interface Step {
  readonly plan: StepPlan;
  readonly read: StepRead;
  /** When the step was due. */
  readonly dueMs: number | undefined;
}

/** Plans the step and claims it by one conditional write; undefined when another writer was quicker. */
async function claimStep(
  given: { owner: string; loop: Loop; token: string; sends: SendsOnce },
  ports: DialerPorts,
): Promise<Step | undefined> {
  const { owner, loop, token, sends } = given;
  const nowMs = ports.clock.now().getTime();
  const read = await readStep({ owner, loop, atMs: Math.max(loop.dueMs ?? 0, nowMs) }, ports);
  const atMs = stepAtMs(loop, ports.clock.now().getTime());
  const plan = planStep({ loop, atMs, token, ...read });
  for (const batch_id of plan.expiredBatches)
    await sends(`sweep ${batch_id}`, () => ports.timers.send(sweepOf({ owner, batch_id, reason: "expired" }, ports)));
  for (const batchId of plan.doneBatches)
    await sends(`count ${batchId}`, () => ports.timers.send(countOf({ batchId }, ports)));
  // A step that has gone past them would leave them to nobody.
  const held = plan.held.map(({ tid, notBeforeMs, batch, priority }) => {
    const item = { tid, notBeforeMs, sealedCredential: read.sealed.get(tid) ?? "", writtenBy: token };
    return { ...item, ...(batch && { batch }), ...(priority && { priority }) };
  });
  if (held.length > 0) await ports.waiting.addAll(owner, held);
  if (plan.rests) await sends(`wake ${plan.next.dueMs}`, () => scheduleWake({ owner, plan, loop }, ports));
  const isWritten = await ports.loops.write(owner, { seen: loop, next: plan.next, overArrivals: plan.rests });
  if (isWritten) return { plan, read, dueMs: loop.dueMs };
  const found = await ports.loops.read(owner);
  return found.step === plan.next.step && found.claimedBy === token ? { plan, read, dueMs: loop.dueMs } : undefined;
}

/**
 * Sends the tick that wakes a resting loop, before the loop is written: after a crash in between nothing else would
 * wake it.
 */
async function scheduleWake(
  { owner, plan, loop: { step } }: { owner: string; plan: StepPlan; loop: Loop },
  ports: DialerPorts,
): Promise<void> {
  const { dueMs } = plan.next;
  if (dueMs === undefined) return;
  const leftMs = dueMs - ports.clock.now().getTime();
  await send({ owner, n: step + 1, afterMs: leftMs }, ports);
  if (leftMs < LAST_HOP_MS) await send({ owner, n: step, afterMs: leftMs + LOOK_AFTER_MS }, ports);
}

/**
 * Carries out a claimed step. The next tick is sent without waiting for the dials, and also where they fail: without it the
 * loop would stand still.
 */
async function takeStep(
  { owner, plan, read, dueMs }: Step & { owner: string },
  ports: DialerPorts,
): Promise<readonly LogRecord[]> {
  const { next, rests, atMs } = plan;
  const group = groupOf({ plan, read });
  const calls = callsOf(group).length;
  const isFannedOut = calls > LARGEST_DIAL_GROUP;
  const lateMs = Math.max(0, atMs - (dueMs ?? atMs));
  const event = isFannedOut ? "loop.handed_on" : "loop.step";
  const records: LogRecord = { event, n: next.step - 1, calls, rests, late_ms: lateMs };
  const following = rests ? undefined : sendFollowing({ owner, next, isFannedOut }, ports);
  const [dialed, ...others] = await Promise.allSettled([
    isFannedOut
      ? fanOut({ owner, atMs, group }, ports)
      : dialGroup({ owner, atMs, ...momentsOf(calls), group, found: read.found }, ports),
    following,
    endExpired({ owner, plan }, ports),
  ]);
  for (const done of [dialed, ...others]) if (done.status === "rejected") throw done.reason;
  return [records, ...(dialed.status === "fulfilled" ? dialed.value : [])];
}

/** A small step is over sooner, and each of its calls may be later. */
function momentsOf(calls: number) {
  return { spreadMs: Math.min(STEP_SPREAD_MS, calls * REQUEST_GAP_MS), lateMs: slackMs(calls) };
}

/**
 * Queues wait whole seconds, and this function the rest: it waits for the carrier meanwhile, where the next one would do
 * nothing else.
 */
async function sendFollowing(
  { owner, next, isFannedOut }: { owner: string; next: Loop; isFannedOut: boolean },
  { dial, clock }: DialerPorts,
): Promise<void> {
  if (next.dueMs === undefined) return;
  const comesMs = next.dueMs - (isFannedOut ? FAN_OUT_MS : PREPARATION_MS) - LEAD_MS;
  const delaySeconds = Math.max(0, Math.floor((comesMs - clock.now().getTime()) / 1_000));
  await clock.waitUntil(comesMs - delaySeconds * 1_000);
  await dial.send(tickMessage(owner, next.step), { delaySeconds });
}

/** Ends expired calls, and removes the items of those that are over. One that fails stops no other: it is listed again. */
async function endExpired({ owner, plan }: { owner: string; plan: StepPlan }, ports: DialerPorts): Promise<void> {
  const done = await Promise.allSettled([
    ...plan.over.map((item) => ports.waiting.remove(owner, item)),
    ...plan.expired.map(async (item) => {
      await endQueued({ tid: item.tid, reason: "expired" }, ports);
      await ports.waiting.remove(owner, item);
    }),
  ]);
  const failed = done.find((one) => one.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function groupOf({ plan, read }: Pick<Step, "plan" | "read">): DialGroup {
  // A call of a batch that waited by itself is dialed as one of its batch again, with its credential.
  const rows = new Map(read.waiting.flatMap(({ tid, batch }) => (batch === undefined ? [] : [[tid, batch] as const])));
  const alone = plan.singles.filter((tid) => !rows.has(tid));
  const taken = new Map(plan.batches.map(({ batchId, indices }) => [batchId, [...indices]]));
  for (const { id, index } of plan.singles.flatMap((tid) => rows.get(tid) ?? []))
    taken.set(id, [...(taken.get(id) ?? []), index]);
  return {
    singles: alone.flatMap((tid) => {
      const sealed_credential = read.sealed.get(tid);
      return sealed_credential === undefined ? [] : [{ tid, sealed_credential }];
    }),
    batches: [...taken].flatMap(([batch_id, indices]) => {
      const sealed_credential = read.sealed.get(batch_id);
      return sealed_credential === undefined ? [] : [{ batch_id, indices: [...indices], sealed_credential }];
    }),
  };
}

async function send(
  { owner, n, afterMs }: { owner: string; n: number; afterMs: number },
  { dial }: Pick<DialerPorts, "dial">,
): Promise<void> {
  await dial.send(tickMessage(owner, n), { delaySeconds: delaySecondsOf(afterMs) });
}
