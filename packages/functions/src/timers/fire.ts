import { callIdsOf } from "@promptcall/core/batch";
import { type Command, decide, isRefusal } from "@promptcall/core/decide";
import type { DeadlineMessage, DeadlinesMessage, SettleMessage, TimerMessage } from "@promptcall/core/messages";
import { eachApart } from "../each-apart.ts";
import { UnknownCallError } from "../errors.ts";
import type { CallbackStore, Carrier, Told } from "../ports.ts";
import { type AnnouncementPorts, advance, announceIfUnheard, progressFields } from "../progress.ts";
import { type CancelPorts, cancelBatch } from "./cancel-batch.ts";

export interface TimerPorts extends CancelPorts, AnnouncementPorts {
  readonly deliveries: Pick<CallbackStore, "read" | "heardOf">;
  readonly carrier: Pick<Carrier, "findCall" | "hangUp">;
}

/** Does what a timer was set for, now that its time has come. */
export function timers(ports: TimerPorts) {
  return async (message: TimerMessage): Promise<Told | readonly Told[]> => {
    switch (message.type) {
      case "settle":
        return await settle(message, ports);
      case "deadline":
        return await deadline(message, ports);
      case "deadlines":
        return await deadlines(message, ports);
      case "cancel_batch":
        return await cancelBatch(message, ports);
      default:
        return message satisfies never;
    }
  };
}

/**
 * The line has been down for a while: decides with the digits that have come in by now. Or the call was completed under
 * this timer's id a while ago: looks whether the result was heard of.
 */
async function settle(message: SettleMessage, ports: TimerPorts): Promise<Told> {
  const { tid, id } = message;
  const stored = await ports.calls.state(tid);
  if (stored?.call.phase === "completed" && stored.call.completedBy === id) {
    const unheard = await announceIfUnheard(stored.call, ports);
    return { event: "timer.settle", tid, phase: stored.call.phase, unheard };
  }
  const { settleSeconds } = ports;
  const at = ports.clock.now().toISOString();
  const command: Command = { type: "settle", id, at, settleSeconds };
  const advanced = await advance({ tid, commands: [command], ...(stored && { seen: stored }) }, ports);
  const [refusal] = advanced.refusals;
  if (refusal?.refused === "not_yet") await ports.timers.send({ ...message, not_before: refusal.notBefore });
  return { event: "timer.settle", tid, ...progressFields(advanced), refused: refusal?.refused };
}

/** Of a call whose result has reached its customer, or tried to, nothing is left to be done. */
async function deadline({ tid, claim, sealed_credential }: DeadlineMessage, ports: TimerPorts): Promise<Told> {
  const heard = await ports.deliveries.heardOf([tid]);
  if (heard.has(tid)) return { event: "timer.deadline", tid, heard: 1 };
  return await close({ tid, token: claim, credential: () => ports.seal.open(sealed_credential, tid) }, ports);
}

async function deadlines(message: DeadlinesMessage, ports: TimerPorts): Promise<readonly Told[]> {
  const { hops: _hops, ...rest } = message;
  const { batch_id: batchId, next: from, until: to, claim: token, sealed_credential } = message;
  const tids = callIdsOf({ batchId, from, to });
  const heard = await ports.deliveries.heardOf(tids);
  const credential = () => ports.seal.open(sealed_credential, batchId);
  const left = tids.flatMap((tid, offset) => (heard.has(tid) ? [] : [{ tid, index: from + offset }]));
  const told = await eachApart<(typeof left)[number], Told>(left, {
    isAlone: to - from === 1,
    concurrency: CLOSED_AT_ONCE,
    work: ({ tid }) => close({ tid, token, credential }, ports),
    sendAlone: ({ index }) => ports.timers.send({ ...rest, next: index, until: index + 1 }),
    tellOfFailed: ({ tid }, again) => ({ event: "timer.deadline", tid, again }),
  });
  return [{ event: "timer.deadline", batch_id: batchId, calls: tids.length, heard: heard.size }, ...told];
}

/** As many as a step dials. */
const CLOSED_AT_ONCE = 30;

/** A call that should have ended by now, and what it was dialed under. */
interface Overdue {
  readonly tid: string;
  readonly token: string;
  readonly credential: () => Promise<string>;
}

/** Asks the carrier what became of the call, then closes it. */
async function close({ tid, token, credential }: Overdue, ports: TimerPorts): Promise<Told> {
  const stored = await ports.calls.state(tid);
  if (stored === undefined) throw new UnknownCallError(tid);
  if (stored.call.phase === "completed") {
    const unheard = await announceIfUnheard(stored.call, ports);
    return { event: "timer.deadline", tid, phase: stored.call.phase, unheard };
  }
  const at = ports.clock.now().toISOString();
  const closing: Command = { type: "close_overdue", id: `deadline_${token}`, at, token };
  const decision = decide(closing, stored.call);
  if (isRefusal(decision)) return { event: "timer.deadline", tid, refused: decision.refused };

  const { uuid } = "line" in stored.call ? stored.call.line : {};
  const heard = uuid === undefined ? undefined : await ports.carrier.findCall(uuid, await credential());
  const report: Command[] =
    heard === undefined ? [] : [{ type: "report", id: closing.id, at, report: { type: "line", ...heard } }];
  const advanced = await advance({ tid, commands: [...report, closing], seen: stored }, ports);
  return { event: "timer.deadline", tid, ...progressFields(advanced), carrier: heard?.status };
}
