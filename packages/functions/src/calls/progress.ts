import type { Call, Completed, Outcome } from "@promptcall/core/call/call";
import { type Command, decide, isRefusal, type Refusal } from "@promptcall/core/call/decide";
import { evolve } from "@promptcall/core/call/evolve";
import { dialNumberOf, lastDialOf, namedDialOf } from "@promptcall/core/call/redial";
import type { CallCompleted } from "@promptcall/core/contracts/completed-event";
import { eventIds } from "@promptcall/core/contracts/ids";
import type { TimerMessage } from "@promptcall/core/contracts/messages";
import { ConflictError, UnknownCallError } from "../errors.ts";
import type { Breakers } from "../ports/breakers.ts";
import type { Bus } from "../ports/bus.ts";
import type { CallStore, Stored } from "../ports/call-store.ts";
import type { CallbackStore } from "../ports/callback-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Queue } from "../ports/queue.ts";
import type { Random } from "../ports/random.ts";
import { countCompletion } from "./count-completion.ts";

export interface ProgressPorts {
  readonly calls: Pick<CallStore, "state" | "save" | "eraseWords">;
  readonly bus: Bus;
  readonly timers: Queue<TimerMessage>;
  readonly clock: Clock;
  readonly random: Random;
  readonly settleSeconds: number;
  readonly breakers: Pick<Breakers, "count">;
}

export interface Advanced {
  readonly call: Call;
  readonly refusals: readonly Refusal[];
  /** Whether this published `call.completed`. */
  readonly published: boolean;
  /** The result, when this completed the call. */
  readonly result: Outcome["status"] | undefined;
  /** Saves that were lost to another writer. */
  readonly conflicts: number;
  /** Whether calls to its destination are suspended over how this call has ended. */
  readonly tripped: boolean;
}

/** Not imported, which would load a dozen more modules of Node and cost 3 ms. */
const { isDeepStrictEqual } = process.getBuiltinModule("node:util");

/** Two writers rarely conflict on one call; ten times in a row means another fault. */
const MOST_CONFLICTS = 10;

/**
 * The only way to write a call's progress: read, decide, save under the version that was read, and start over when
 * another writer was quicker.
 *
 * A crash between any two steps is safe. The timer that a save needs is sent before it. `call.completed` is published
 * after the save, and again whenever the completing message is delivered again. Since that may never happen, a later
 * timer checks that the result got a delivery attempt, and publishes it again if not. A caller that just read the call
 * passes it as `seen`; else the first look may be behind. What follows from that is saved only if it was not, and that
 * nothing follows is believed only of a second look.
 */
export async function advance(
  { tid, commands, seen }: { tid: string; commands: readonly Command[]; seen?: Stored },
  ports: ProgressPorts,
): Promise<Advanced> {
  let timedFor: Call["phase"] | undefined;
  let conflicts = 0;
  for (let looks = 0; conflicts < MOST_CONFLICTS; looks += 1) {
    const mayBeBehind = looks === 0 && seen === undefined;
    const stored = looks === 0 && seen !== undefined ? seen : await ports.calls.state(tid, { mayBeBehind });
    if (stored === undefined) throw new UnknownCallError(tid);
    const { call, refusals } = decideAll(commands, stored.call);
    const isUnchanged = isDeepStrictEqual(call, stored.call);
    if (isUnchanged && mayBeBehind) continue;
    if (!isUnchanged) {
      const timerId = call.phase === timedFor ? undefined : timerIdFor(call, { before: stored.call, ports });
      if (timerId !== undefined) {
        await ports.timers.send(settleTimer({ call, id: timerId }, ports));
        timedFor = call.phase;
      }
      if (!(await saved({ call, version: stored.version }, ports.calls))) {
        conflicts += 1;
        continue;
      }
    }
    const published =
      call.phase === "completed" && commands.some((command) => "id" in command && command.id === call.completedBy);
    if (published) await announce(call, ports);
    const advanced = { call, refusals, published, conflicts };
    if (call.phase !== "completed" || stored.call.phase === "completed")
      return { ...advanced, result: undefined, tripped: false };
    return { ...advanced, result: call.outcome.status, tripped: await countCompletion(call, ports) };
  }
  throw new ConflictError(tid);
}

/** The progress as fields of a log record. */
export function progressFields({ call, result, conflicts, tripped }: Advanced) {
  return { phase: call.phase, result, ...(conflicts > 0 && { conflicts }), ...(tripped && { tripped }) };
}

function decideAll(commands: readonly Command[], before: Call): Pick<Advanced, "call" | "refusals"> {
  const refusals: Refusal[] = [];
  let call = before;
  for (const command of commands) {
    const decision = decide(command, call);
    if (isRefusal(decision)) refusals.push(decision);
    else call = decision.reduce(evolve, call);
  }
  return { call, refusals };
}

/** Saves; false when another writer was quicker. */
export async function saved(stored: { call: Call; version: number }, calls: Pick<CallStore, "save">): Promise<boolean> {
  try {
    await calls.save(stored);
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}

/**
 * The id of the timer that must be set before this save, if one must: for a call that ended, for one that is to be dialed
 * again, and for one that is completed without a deadline. The last gets the id of the completing message.
 */
function timerIdFor(call: Call, { before, ports }: { before: Call; ports: ProgressPorts }): string | undefined {
  if (dialNumberOf(call) > dialNumberOf(before)) return ports.random.uuid();
  if (call.phase === before.phase) return undefined;
  if (call.phase === "ended") return ports.random.uuid();
  const hasDeadline = "claim" in call && call.claim !== undefined && before.phase !== "queued";
  return call.phase === "completed" && !hasDeadline ? call.completedBy : undefined;
}

function settleTimer({ call, id }: { call: Call; id: string }, { clock, settleSeconds }: ProgressPorts): TimerMessage {
  const { tid } = call;
  const again = lastDialOf(call);
  if (again !== undefined)
    return { v: 1, type: "settle", id, tid, dial: dialNumberOf(call) - 1, not_before: again.againFrom };
  const notBefore = new Date(clock.now().getTime() + settleSeconds * 1000);
  return { v: 1, type: "settle", id, tid, ...namedDialOf(call), not_before: notBefore.toISOString() };
}

/**
 * Erases what was there for the conversation alone, and publishes the result; both may be done again. In this order: a
 * result that was published is not looked at again, and whoever dies before is followed by a timer.
 */
async function announce(call: Completed, { bus, calls }: Pick<RepublishPorts, "bus" | "calls">): Promise<void> {
  await calls.eraseWords(call.tid);
  await bus.publish([completedEvent(call)]);
}

/** Identical every time, so that a subscriber can drop repeats by id. */
function completedEvent(call: Completed): CallCompleted {
  const { tid, applicationId: application_id, batchId: batch_id, to, reference, outcome, summary, callback } = call;
  const { attempts, uuid, durationSeconds: duration_seconds, price } = summary;
  // Digits are for the result alone.
  const { sealedDigits: _digits, ...told } = { sealedDigits: undefined, ...outcome };
  const { notRedialed: not_redialed, ...ended } = { notRedialed: undefined, ...told };
  return {
    type: "call.completed",
    metadata: { id: eventIds.completed(tid), version: 1, tid, application_id, batch_id, time: call.completedAt },
    data: { to, ...ended, not_redialed, reference, attempts, uuid, duration_seconds, price, callback },
  };
}

export interface RepublishPorts {
  readonly bus: Bus;
  readonly calls: Pick<CallStore, "eraseWords">;
  readonly deliveries: Pick<CallbackStore, "read">;
}

/**
 * Publishes the result of a completed call again if it has no delivery attempt by now: whoever completed it may have
 * died before publishing. True when it did.
 */
export async function republishIfUndelivered(call: Completed, ports: RepublishPorts): Promise<boolean> {
  const { attempts } = await ports.deliveries.read(call.tid);
  if (attempts.length > 0) return false;
  await announce(call, ports);
  return true;
}
