import type { StepDeadlinesMessage } from "@promptcall/core/dialing/messages";
import type { DeadlineMessage, DeadlinesMessage } from "@promptcall/core/messages";
import { callsOf } from "../dialer/dial-together.ts";
import { endQueued } from "../dialing/end-queued.ts";
import { type GiveBackPorts, giveBack, type Origin } from "../dialing/give-back.ts";
import { eachApart } from "../each-apart.ts";
import { UnknownCallError } from "../errors.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Told } from "../ports/log.ts";
import type { Owners } from "../ports/owners.ts";
import { type ClosePorts, close } from "./close.ts";

export type StepDeadlinePorts = ClosePorts &
  GiveBackPorts & { readonly calls: Pick<CallStore, "spec">; readonly owners: Owners };

type Deadlines = Pick<StepDeadlinesMessage, "owner" | "claim" | "singles" | "batches">;

/** The same of one call, and of neighbours in a batch, from before there were loops. */
export function deadlinesOf(message: DeadlineMessage | DeadlinesMessage | StepDeadlinesMessage): Deadlines {
  switch (message.type) {
    case "deadline": {
      const { tid, claim, sealed_credential } = message;
      return { claim, singles: [{ tid, sealed_credential }], batches: [] };
    }
    case "deadlines": {
      const { batch_id, next, until, claim, sealed_credential } = message;
      const indices = Array.from({ length: until - next }, (_, place) => next + place);
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
}

/** As many as one invocation dials. */
const AT_ONCE = 30;

/** The calls of a step must have ended by now. Those that were never dialed wait anew. */
export async function stepDeadlines(message: Deadlines, ports: StepDeadlinePorts): Promise<readonly Told[]> {
  const { owner, claim, singles, batches } = message;
  const sealed = new Map([
    ...singles.map(({ tid, sealed_credential }) => [tid, sealed_credential] as const),
    ...batches.map(({ batch_id, sealed_credential }) => [batch_id, sealed_credential] as const),
  ]);
  const calls = callsOf({ singles, batches });
  const heard = await ports.deliveries.heardOf(calls.map(({ tid }) => tid));
  const left = calls.flatMap(({ tid, origin, bound }): Due[] => {
    const sealedCredential = sealed.get(bound) ?? "";
    return heard.has(tid) ? [] : [{ tid, origin, bound, sealedCredential, owner, token: claim }];
  });
  const told = await eachApart<Due, Told>(left, {
    isAlone: calls.length === 1,
    concurrency: AT_ONCE,
    work: (due) => endOrGiveBack(due, ports),
    sendAlone: (due) => ports.timers.send(aloneOf(due, ports)),
    tellOfFailed: ({ tid }, again) => ({ event: "timer.deadline", tid, again }),
  });
  // A call alone has the whole of it in its trace; where it was not heard of, by what became of it.
  const alone = calls.length === 1 && left.length === 0 ? calls[0] : undefined;
  const tid = alone && { tid: alone.tid };
  return [{ event: "timer.deadline", ...tid, calls: calls.length, heard: heard.size }, ...told];
}

/** The message for one of the calls, which fails again and again and holds up no other. */
function aloneOf(due: Due, { clock }: StepDeadlinePorts): StepDeadlinesMessage {
  const { tid, origin, sealedCredential: sealed_credential, owner, token } = due;
  return {
    v: 1,
    type: "step_deadlines",
    ...(owner !== undefined && { owner }),
    ...(token !== undefined && { claim: token }),
    not_before: clock.now().toISOString(),
    singles: origin.kind === "single" ? [{ tid, sealed_credential }] : [],
    batches: origin.kind === "batch" ? [{ batch_id: origin.batchId, indices: [origin.index], sealed_credential }] : [],
  };
}

async function endOrGiveBack(due: Due, ports: StepDeadlinePorts): Promise<Told> {
  const { tid, origin, owner } = due;
  const stored = await ports.calls.state(tid);
  if (stored === undefined) throw new UnknownCallError(tid);
  if (stored.call.phase !== "queued") return await close({ ...due, stored }, ports);
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) throw new UnknownCallError(tid);
  const nowMs = ports.clock.now().getTime();
  if (isPast(spec.expiresAt, nowMs)) return await endQueued({ tid, reason: "expired" }, ports);
  const backTo = owner ?? (await ports.owners.ownerOf(spec.applicationId));
  await giveBack({ tid, owner: backTo, origin, notBeforeMs: nowMs }, ports);
  return { event: "dial.waits", tid };
}

function isPast(time: string | undefined, nowMs: number): boolean {
  return time !== undefined && Date.parse(time) < nowMs;
}
