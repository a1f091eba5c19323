import { LOOK_AFTER_MS, type Loop } from "@promptcall/core/dialing/loop";
import type { TickMessage } from "@promptcall/core/dialing/messages";
import { startBy } from "@promptcall/core/dialing/start";
import { ConflictError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Loops } from "../ports/loops.ts";
import type { Queue } from "../ports/queue.ts";

export interface LoopPorts {
  readonly loops: Loops;
  readonly dial: Queue<TickMessage>;
  readonly clock: Clock;
}

interface Wish {
  readonly owner: string;
  /** When there is something to dial; epoch ms. */
  readonly atMs: number;
  /** A single call has come to wait. */
  readonly arrives?: boolean;
  /** What has to be written with it. */
  readonly change?: (loop: Loop) => Loop;
  /** Whether that has been written: by a write whose answer was lost, or by a request that is repeated. */
  readonly isDone?: (loop: Loop) => boolean;
}

/** Writers meet while a loop starts; so many times in a row means that something else is wrong. */
const RACES = 20;

/**
 * Sees to it that a step comes no later than wished. A watchdog is sent before the loop is started: after a crash between
 * the write and its message, it does the step.
 */
export async function ensureStep(wish: Wish, ports: LoopPorts): Promise<void> {
  const { owner, atMs, arrives = false, change, isDone = () => false } = wish;
  const { loops, dial, clock } = ports;
  const tick = (n: number, afterMs = 0) => dial.send(tickMessage(owner, n), { delaySeconds: delaySecondsOf(afterMs) });
  /** For when we have tried to start it: a loop that is due then may be our own, by a write whose answer was lost. */
  let startedForMs: number | undefined;
  for (let race = 0; race < RACES; race += 1) {
    const seen = await loops.read(owner);
    const isOurs = startedForMs !== undefined && seen.dueMs === startedForMs;
    if (isDone(seen)) {
      if (isOurs) await tick(seen.step);
      return;
    }
    const nowMs = clock.now().getTime();
    const start = startBy(seen, { atMs, nowMs });
    switch (start.kind) {
      case "runs": {
        // One more that waits disturbs nobody, and so needs no version: a loop that stops notices it by its arrivals.
        const isWritten =
          change === undefined
            ? !arrives || (await loops.arrive(owner, start.dueByMs))
            : await loops.write(owner, { seen, next: raised(change(seen)), arrives });
        if (!isWritten) continue;
        if (start.isLost || isOurs) await tick(seen.step);
        return;
      }
      case "starts": {
        const leftMs = start.dueMs - nowMs;
        // Far ahead the tick itself goes first: a watchdog would come too early.
        if (leftMs > LOOK_AFTER_MS) await tick(seen.step, leftMs);
        else await tick(seen.step - 1, leftMs + LOOK_AFTER_MS);
        startedForMs = start.dueMs;
        const next = raised({ ...(change?.(seen) ?? seen), dueMs: start.dueMs });
        if (!(await loops.write(owner, { seen, next, arrives }))) continue;
        await tick(seen.step, leftMs);
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

/** Queues wait whole seconds, and 15 minutes at the most. */
const LONGEST_DELAY_SECONDS = 900;

export function delaySecondsOf(ms: number): number {
  return Math.min(LONGEST_DELAY_SECONDS, Math.max(0, Math.ceil(ms / 1_000)));
}

export function raised(loop: Loop): Loop {
  return { ...loop, version: loop.version + 1 };
}
