import { type Command, decide, isRefusal } from "@promptcall/core/decide";
import type { DeadlineMessage, SettleMessage, TimerMessage } from "@promptcall/core/messages";
import { UnknownCallError } from "../errors.ts";
import type { Carrier, Told } from "../ports.ts";
import { type AnnouncementPorts, advance, announceIfUnheard, progressFields } from "../progress.ts";
import { type CancelPorts, cancelBatch } from "./cancel-batch.ts";

export interface TimerPorts extends CancelPorts, AnnouncementPorts {
  readonly carrier: Pick<Carrier, "findCall" | "hangUp">;
}

/** Does what a timer was set for, now that its time has come. */
export function timers(ports: TimerPorts) {
  return async (message: TimerMessage): Promise<Told | readonly Told[]> => {
    switch (message.type) {
      case "settle":
        return await settle(message, ports);
      case "deadline":
        return await close(message, ports);
      case "cancel_batch":
        return await cancelBatch(message, ports);
      default:
        return message satisfies never;
    }
  };
}

/** The line has been down for a while: decides with the digits that have come in by now. */
async function settle(message: SettleMessage, ports: TimerPorts): Promise<Told> {
  const { tid, id } = message;
  const { settleSeconds } = ports;
  const at = ports.clock.now().toISOString();
  const command: Command = { type: "settle", id, at, settleSeconds };
  const advanced = await advance({ tid, commands: [command] }, ports);
  const [refusal] = advanced.refusals;
  if (refusal?.refused === "not_yet") await ports.timers.send({ ...message, not_before: refusal.notBefore });
  return { event: "timer.settle", tid, ...progressFields(advanced), refused: refusal?.refused };
}

/** The call should have ended by now: asks the carrier what became of it, then closes it. */
async function close(message: DeadlineMessage, ports: TimerPorts): Promise<Told> {
  const { tid, claim: token } = message;
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
  const heard = uuid === undefined ? undefined : await ask({ message, uuid }, ports);
  const report: Command[] =
    heard === undefined ? [] : [{ type: "report", id: closing.id, at, report: { type: "line", ...heard } }];
  const advanced = await advance({ tid, commands: [...report, closing] }, ports);
  return { event: "timer.deadline", tid, ...progressFields(advanced), carrier: heard?.status };
}

async function ask({ message, uuid }: { message: DeadlineMessage; uuid: string }, { carrier, seal }: TimerPorts) {
  const credential = await seal.open(message.sealed_credential, message.tid);
  return await carrier.findCall(uuid, credential);
}
