import type { TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { LOOK_AFTER_MS, type Loop } from "@promptcall/core/dialing/loop";
import { startBy } from "@promptcall/core/dialing/start";
import { ConflictError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Loops } from "../ports/loops.ts";
import type { Queue } from "../ports/queue.ts";
import type { Random } from "../ports/random.ts";
import type { WaitingCallItem } from "../ports/waiting-calls.ts";

export interface LoopPorts {
  readonly loops: Loops;
  readonly dial: Queue<TickMessage>;
  readonly clock: Clock;
  readonly random: Random;
}

interface StepRequest {
  readonly owner: string;
  /** When the step is wanted, where that depends on the loop by what is in it; epoch ms. */
  readonly atMs: number | ((loop: Loop) => number);
  /** A call that has come to wait, which is counted at its priority. */
  readonly arrives?: WaitingCallItem;
  /** A change of the loop that is written together with it; nothing is written where it leaves the loop as it is. */
  readonly change?: (loop: Loop) => Loop;
  /** Whether the change was written before, by a lost answer or a repeated request. */
  readonly isDone?: (loop: Loop) => boolean;
}

/** Conflicts happen while a loop starts; this many in a row mean another fault. */
const MOST_CONFLICTS = 20;

/**
 * Makes sure that a step is taken at the wanted time. The watchdog is sent before the loop is written: after a crash
 * between the write and its tick, the watchdog takes the step.
 */
export async function ensureStep(request: StepRequest, ports: LoopPorts): Promise<void> {
  const { owner, change, isDone = () => false } = request;
  const arrives = request.arrives && (request.arrives.priority ?? "normal");
  const { loops, dial, clock, random } = ports;
  /** By step, for when we have sent its tick: one that comes no later is on its way. */
  const sentForMs = new Map<number, number>();
  const tick = async (n: number, forMs: number) => {
    if ((sentForMs.get(n) ?? Number.POSITIVE_INFINITY) <= forMs) return;
    await dial.send(tickMessage(owner, n), { delaySeconds: delaySecondsOf(forMs - clock.now().getTime()) });
    sentForMs.set(n, forMs);
  };
  /** Names us as who sends the tick of a loop that is started, or was lost: the answer to that write may be lost. */
  let token: string | undefined;
  for (let race = 0; race < MOST_CONFLICTS; race += 1) {
    const seen = await loops.read(owner);
    const isOurs = token !== undefined && seen.sentAgain?.by === token;
    const nowMs = clock.now().getTime();
    if (isDone(seen)) {
      if (isOurs) await tick(seen.step, seen.dueMs ?? nowMs);
      return;
    }
    const atMs = typeof request.atMs === "number" ? request.atMs : request.atMs(seen);
    const start = startBy(seen, { atMs, nowMs });
    switch (start.kind) {
      case "runs": {
        // Of many who meet a lost loop, one sends its tick again: the others find that on record.
        if (start.isLost) token ??= random.uuid();
        const sentAgain = start.isLost && token !== undefined ? { sentAgain: { atMs: nowMs, by: token } } : {};
        const changed = change?.(seen) ?? seen;
        const next = { ...changed, ...sentAgain };
        // Counting an arrival needs no version: a loop that goes to rest checks the arrivals.
        const isWritten =
          changed === seen && !start.isLost
            ? !arrives || (await loops.arrive(owner, { dueByMs: start.dueByMs, priority: arrives }))
            : await loops.write(owner, { seen, next: withNextVersion(next), arrives });
        if (!isWritten) continue;
        if (start.isLost || isOurs) await tick(seen.step, seen.dueMs ?? nowMs);
        return;
      }
      case "starts": {
        const leftMs = start.dueMs - nowMs;
        // For a time far ahead the tick itself is sent first: a watchdog would arrive too early.
        if (leftMs > LOOK_AFTER_MS) await tick(seen.step, start.dueMs);
        else await tick(seen.step - 1, start.dueMs + LOOK_AFTER_MS);
        // Many may start it for the same time, and one of them does.
        token ??= random.uuid();
        const sentAgain = { atMs: nowMs, by: token };
        const next = withNextVersion({ ...(change?.(seen) ?? seen), dueMs: start.dueMs, sentAgain });
        if (!(await loops.write(owner, { seen, next, arrives }))) continue;
        await tick(seen.step, start.dueMs);
        return;
      }
      default:
        return start satisfies never;
    }
  }
  throw new ConflictError(`loop of ${owner}`);
}

export function tickMessage(owner: string, n: number): TickMessage {
  return { v: 1, type: "tick", owner, n };
}

/** SQS delays whole seconds, at most 15 minutes. */
const LONGEST_DELAY_SECONDS = 900;

export function delaySecondsOf(ms: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil(ms / 1_000)));
}

export function withNextVersion(loop: Loop): Loop {
  return { ...loop, version: loop.version + 1 };
}
