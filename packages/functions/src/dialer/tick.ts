import {
  HANDED_ON_MS,
  LOOK_AFTER_MS,
  type Loop,
  MOST_TOGETHER,
  READY_MS,
  slackMs,
  WATCHDOG_MS,
} from "@promptcall/core/dialing/loop";
import type { TickMessage, Together } from "@promptcall/core/dialing/messages";
import { recovered } from "@promptcall/core/dialing/rate";
import { needsWatchdog, planStep, type StepPlan, stepAtMs, tickOf } from "@promptcall/core/dialing/step";
import { progressKeys } from "@promptcall/core/ids";
import { sweepOf } from "../dialing/end-batch.ts";
import { endQueued } from "../dialing/end-queued.ts";
import { delaySecondsOf, tickMessage } from "../dialing/ensure-step.ts";
import { revive } from "../dialing/revive.ts";
import { passOnOnce } from "../pass-on-once.ts";
import type { Told } from "../ports/log.ts";
import { countOf } from "../timers/count-batch.ts";
import { callsOf, dialTogether } from "./dial-together.ts";
import type { DialerPorts } from "./dialer-ports.ts";
import { handOn } from "./parts.ts";
import { readStep, type StepRead } from "./read-step.ts";

/** Further ahead than this, a watchdog for a minute after the step would come before it. */
const LAST_HOP_MS = 840_000;

const MINUTE_MS = 60_000;

/** More than any call waits. */
const MOST_MINUTES = 1_000_000;

/** Looks at the loop: takes the step, if it is that one's time. */
export async function tick(message: TickMessage, ports: DialerPorts): Promise<readonly Told[]> {
  const { owner, n } = message;
  const token = ports.chance.id();
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
        await goOnWaiting({ owner, n, leftMs: come.leftMs, dueMs: loop.dueMs }, ports);
        return [{ event: "loop.early", n }];
      case "due": {
        await ports.clock.reaches(come.claimAtMs);
        const step = await claimStep({ owner, loop, token }, ports);
        if (step !== undefined) return await takeStep({ owner, ...step }, ports);
        break;
      }
      default:
        return come satisfies never;
    }
  }
}

/**
 * Queues wait 15 minutes at the most. Copies of a message that waits for hours would each send a copy on, every time:
 * they go on as one. The last minute is short enough for all of them.
 */
async function goOnWaiting(
  { owner, n, leftMs, dueMs }: { owner: string; n: number; leftMs: number; dueMs: number | undefined },
  ports: DialerPorts,
): Promise<void> {
  const goOn = async () => {
    if (leftMs <= LAST_HOP_MS) await send({ owner, n: n - 1, afterMs: leftMs + LOOK_AFTER_MS }, ports);
    await send({ owner, n, afterMs: leftMs }, ports);
  };
  if (leftMs <= MINUTE_MS) return await goOn();
  const upTo = MOST_MINUTES - Math.ceil(leftMs / MINUTE_MS);
  await passOnOnce({ key: progressKeys.tick({ owner, n, dueMs }), upTo }, { hops: ports.hops, send: goOn });
}

async function readLoop(owner: string, { loops, clock }: DialerPorts): Promise<Loop> {
  return recovered(await loops.read(owner), clock.now().getTime());
}

interface Step {
  readonly plan: StepPlan;
  readonly read: StepRead;
  /** When it was to ask the carrier. */
  readonly dueMs: number | undefined;
}

/** Plans the step and takes it by one write; undefined when somebody else was quicker, with this step or with a change. */
async function claimStep(
  { owner, loop, token }: { owner: string; loop: Loop; token: string },
  ports: DialerPorts,
): Promise<Step | undefined> {
  const nowMs = ports.clock.now().getTime();
  // Comes as a step that is over, and does something only if the loop was lost.
  if (needsWatchdog(loop, nowMs)) await send({ owner, n: loop.step, afterMs: WATCHDOG_MS }, ports);
  const read = await readStep({ owner, loop, atMs: Math.max(loop.dueMs ?? 0, nowMs) }, ports);
  const atMs = stepAtMs(loop, ports.clock.now().getTime());
  const plan = planStep({ loop, atMs, nowMs, token, ...read });
  for (const batch_id of plan.expiredBatches)
    await ports.timers.send(sweepOf({ owner, batch_id, reason: "expired" }, ports));
  await sendForOver({ owner, over: read.over, nowMs }, ports);
  for (const batchId of plan.doneBatches) await ports.timers.send(countOf({ batchId }, ports));
  if (plan.rests) await planWaking({ owner, plan, step: loop.step }, ports);
  const isWritten = await ports.loops.write(owner, { seen: loop, next: plan.next, overArrivals: plan.rests });
  if (isWritten) return { plan, read, dueMs: loop.dueMs };
  const found = await ports.loops.read(owner);
  return found.step === plan.next.step && found.claimedBy === token ? { plan, read, dueMs: loop.dueMs } : undefined;
}

/** Whoever ended a batch may have died before it sent for that. Steps come sooner than sweeps: one a minute is enough. */
async function sendForOver(
  { owner, over, nowMs }: { owner: string; over: StepRead["over"]; nowMs: number },
  ports: DialerPorts,
): Promise<void> {
  const upTo = Math.floor(nowMs / MINUTE_MS);
  for (const [batch_id, reason] of over) {
    const send = () => ports.timers.send(sweepOf({ owner, batch_id, reason }, ports));
    await passOnOnce({ key: progressKeys.sweepAsked(batch_id), upTo }, { hops: ports.hops, send });
  }
}

/** Before the loop goes to rest until a time, what wakes it is sent: after a crash in between, nothing else would. */
async function planWaking(
  { owner, plan, step }: { owner: string; plan: StepPlan; step: number },
  ports: DialerPorts,
): Promise<void> {
  const { dueMs } = plan.next;
  if (dueMs === undefined) return;
  const leftMs = dueMs - ports.clock.now().getTime();
  await send({ owner, n: step + 1, afterMs: leftMs }, ports);
  if (leftMs < LAST_HOP_MS) await send({ owner, n: step, afterMs: leftMs + LOOK_AFTER_MS }, ports);
}

/**
 * Queues wait whole seconds, a function the rest: the next step's message is sent without delay where it would come less
 * than this before a step has to be ready. Steps that are each late by a little never make up for it.
 */
const AHEAD_MS = 190;

/** The next step is sent for first: whatever happens to these calls, the others wait for nobody. */
async function takeStep(
  { owner, plan, read, dueMs }: Step & { owner: string },
  ports: DialerPorts,
): Promise<readonly Told[]> {
  const { next, rests, atMs } = plan;
  const together = togetherOf({ plan, read });
  const calls = callsOf(together).length;
  const isHandedOn = calls > MOST_TOGETHER;
  const lateMs = Math.max(0, atMs - (dueMs ?? atMs));
  const event = isHandedOn ? "loop.handed_on" : "loop.step";
  const told: Told = { event, n: next.step - 1, calls, rests, late_ms: lateMs };
  const following = rests ? undefined : sendFollowing({ owner, next, isHandedOn }, ports);
  const [dialed] = await Promise.all([
    isHandedOn
      ? handOn({ owner, atMs, together }, ports)
      : dialTogether({ owner, atMs, lateMs: slackMs(calls), together, found: read.found }, ports),
    following,
    endExpired({ owner, plan }, ports),
  ]);
  return [told, ...dialed];
}

async function sendFollowing(
  { owner, next, isHandedOn }: { owner: string; next: Loop; isHandedOn: boolean },
  { dial, clock }: DialerPorts,
): Promise<void> {
  if (next.dueMs === undefined) return;
  const leftMs = next.dueMs - (isHandedOn ? HANDED_ON_MS : READY_MS) - AHEAD_MS - clock.now().getTime();
  await dial.send(tickMessage(owner, next.step), { delaySeconds: Math.max(0, Math.floor(leftMs / 1_000)) });
}

/** Waiting calls that are over need not wait; those found too late end. */
async function endExpired({ owner, plan }: { owner: string; plan: StepPlan }, ports: DialerPorts): Promise<void> {
  for (const { tid } of plan.expired) {
    await endQueued({ tid, reason: "expired" }, ports);
  }
  await Promise.all([...plan.over, ...plan.expired].map((item) => ports.waiting.remove(owner, item)));
}

function togetherOf({ plan, read }: Pick<Step, "plan" | "read">): Together {
  return {
    singles: plan.singles.flatMap((tid) => {
      const sealed_credential = read.sealed.get(tid);
      return sealed_credential === undefined ? [] : [{ tid, sealed_credential }];
    }),
    batches: plan.batches.flatMap(({ batchId: batch_id, indices }) => {
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
