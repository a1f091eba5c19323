import type { StepDeadlinesMessage } from "@promptcall/core/contracts/dialing-messages";
import type { DeadlineMessage, DeadlinesMessage } from "@promptcall/core/contracts/messages";
import { type ClosePorts, close } from "../calls/close.ts";
import { UnknownCallError } from "../errors.ts";
import { retryDelayMs } from "../messages/ask-within-rate.ts";
import { isolateFailures } from "../messages/isolate-failures.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { LogRecord } from "../ports/log.ts";
import { awaitRedial } from "./await-redial.ts";
import { callsOf } from "./dial-group.ts";
import { endQueued } from "./end-queued.ts";
import { type GiveBackPorts, type GivenBack, giveBack, type Origin } from "./give-back.ts";

export type StepDeadlinePorts = ClosePorts & GiveBackPorts & { readonly calls: Pick<CallStore, "spec"> };

type Deadlines = Pick<StepDeadlinesMessage, "owner" | "claim" | "waited_since" | "singles" | "batches">;

/** The deadlines in a message, also in its forms from before there were loops. */
export function deadlinesOf(message: DeadlineMessage | DeadlinesMessage | StepDeadlinesMessage): Deadlines {
  switch (message.type) {
    case "deadline": {
      const { tid, claim, sealed_credential } = message;
      return { claim, singles: [{ tid, sealed_credential }], batches: [] };
    }
    case "deadlines": {
      const { batch_id, next, until, claim, sealed_credential } = message;
      const indices = Array.from({ length: until - next }, (_, offset) => next + offset);
      return { claim, singles: [], batches: [{ batch_id, indices, sealed_credential }] };
    }
    case "step_deadlines":
      return message;
    default:
      return message satisfies never;
  }
}

interface Due {
  readonly tid: string;
  readonly origin: Origin;
  readonly owner: string | undefined;
  readonly token: string | undefined;
  readonly sealedCredential: string;
  readonly bound: string;
  readonly isWaitedFor: boolean;
}

/** As many calls as one invocation dials. */
const AT_ONCE = 30;

/** How long a slot within the carrier's rate limit is waited for. After that, calls are closed without a look-up. */
const LONGEST_FOR_ROOM_MS = 120_000;

/** Closes the calls of a dial group that must have ended by now. Calls that were never dialed wait again. */
export async function stepDeadlines(message: Deadlines, ports: StepDeadlinePorts): Promise<readonly LogRecord[]> {
  const { owner, claim, waited_since, singles, batches } = message;
  const waitedMs = ports.clock.now().getTime() - Date.parse(waited_since ?? ports.clock.now().toISOString());
  const isWaitedFor = waitedMs > LONGEST_FOR_ROOM_MS;
  const sealed = new Map([
    ...singles.map(({ tid, sealed_credential }) => [tid, sealed_credential] as const),
    ...batches.map(({ batch_id, sealed_credential }) => [batch_id, sealed_credential] as const),
  ]);
  const calls = callsOf({ singles, batches });
  const attempted = await ports.deliveries.deliveryAttempted(calls.map(({ tid }) => tid));
  const left = calls.flatMap(({ tid, origin, bound }): Due[] => {
    const sealedCredential = sealed.get(bound) ?? "";
    return attempted.has(tid) ? [] : [{ tid, origin, bound, sealedCredential, owner, token: claim, isWaitedFor }];
  });
  const waiting: Due[] = [];
  const backInTurn = afterFirst(async (given: GivenBack) => await giveBack(given, ports));
  const records = await isolateFailures<Due, LogRecord>(left, {
    isAlone: calls.length === 1,
    concurrency: AT_ONCE,
    async work(due) {
      const ended = await endOrGiveBack(due, { ...ports, giveBack: backInTurn });
      if (ended !== "no_room") return ended;
      waiting.push(due);
      return { event: "timer.deadline", tid: due.tid, no_room: true };
    },
    sendAlone: (due) => ports.timers.send(messageOf([due], { ...message, afterMs: 0 }, ports)),
    recordOfFailed: ({ tid }, again) => ({ event: "timer.deadline", tid, again }),
  });
  if (waiting.length > 0) {
    const again = { ...message, waited_since: waited_since ?? ports.clock.now().toISOString() };
    await ports.timers.send(messageOf(waiting, { ...again, afterMs: retryDelayMs(ports.random) }, ports));
  }
  // The record names the call if there is only one, so that its trace shows the deadline.
  const alone = calls.length === 1 && left.length === 0 ? calls[0] : undefined;
  const tid = alone && { tid: alone.tid };
  return [{ event: "timer.deadline", ...tid, calls: calls.length, delivery_attempted: attempted.size }, ...records];
}

/** The message for some of the calls: for one that fails again and again, or for those that wait for the carrier. */
function messageOf(
  calls: readonly Due[],
  { owner, claim, waited_since, afterMs }: Deadlines & { afterMs: number },
  { clock }: StepDeadlinePorts,
): StepDeadlinesMessage {
  return {
    v: 1,
    type: "step_deadlines",
    ...(owner !== undefined && { owner }),
    ...(claim !== undefined && { claim }),
    ...(waited_since !== undefined && { waited_since }),
    not_before: new Date(clock.now().getTime() + afterMs).toISOString(),
    singles: calls.flatMap(({ tid, origin, sealedCredential: sealed_credential }) =>
      origin.kind === "single" ? [{ tid, sealed_credential }] : [],
    ),
    batches: calls.flatMap(({ origin, sealedCredential: sealed_credential }) =>
      origin.kind === "batch" ? [{ batch_id: origin.batchId, indices: [origin.index], sealed_credential }] : [],
    ),
  };
}

/**
 * The first one of a batch alone, and of all single calls: it starts the loop, and the others find it running. Those of its
 * batch that are behind it have been put back with it. Each of them would start the loop else.
 */
function afterFirst(work: (given: GivenBack) => Promise<void>): (given: GivenBack) => Promise<void> {
  const firsts = new Map<string, { readonly index: number; readonly isDone: Promise<boolean> }>();
  return async (given) => {
    const { batchId, index } = given.origin.kind === "batch" ? given.origin : { batchId: "", index: 0 };
    const first = firsts.get(batchId);
    if (first !== undefined) {
      const isDone = await first.isDone;
      return await work({ ...given, isBehindAnother: isDone && first.index < index });
    }
    const own = work(given);
    const isDone = own.then(
      () => true,
      () => false,
    );
    firsts.set(batchId, { index, isDone });
    await own;
  };
}

async function endOrGiveBack(
  due: Due,
  ports: StepDeadlinePorts & { readonly giveBack: (given: GivenBack) => Promise<void> },
): Promise<LogRecord | "no_room"> {
  const { tid, origin, owner } = due;
  const stored = await ports.calls.state(tid);
  if (stored === undefined) throw new UnknownCallError(tid);
  if (stored.call.phase !== "queued") return await close({ ...due, stored }, ports);
  const waits = await awaitRedial(stored.call, ports);
  if (waits !== undefined) return waits;
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) throw new UnknownCallError(tid);
  const nowMs = ports.clock.now().getTime();
  if (isPast(spec.expiresAt, nowMs)) return await endQueued({ tid, reason: "expired" }, ports);
  const backTo = owner ?? (await ports.owners.ownerOf(spec.applicationId));
  const back = { tid, owner: backTo, origin, notBeforeMs: nowMs, priority: spec.priority };
  await ports.giveBack({ ...back, isLongQueued: true });
  return { event: "dial.waits", tid };
}

function isPast(time: string | undefined, nowMs: number): boolean {
  return time !== undefined && Date.parse(time) < nowMs;
}
