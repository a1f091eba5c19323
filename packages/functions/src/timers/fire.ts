import type { Command } from "@promptcall/core/decide";
import type { SettleMessage, TimerMessage } from "@promptcall/core/messages";
import { type AskingPorts, askInTurn } from "../ask-in-turn.ts";
import type { Carrier } from "../ports/carrier.ts";
import type { Alarm } from "../ports/clock.ts";
import type { Told } from "../ports/log.ts";
import type { Seal } from "../ports/seal.ts";
import { advance, announceIfUnheard, progressFields } from "../progress.ts";
import type { ClosePorts } from "./close.ts";
import { type CountPorts, countBatch } from "./count-batch.ts";
import { deadlinesOf, type StepDeadlinePorts, stepDeadlines } from "./step-deadlines.ts";
import { type SweepPorts, sweep } from "./sweep.ts";

export type TimerPorts = Omit<StepDeadlinePorts, "lookUp" | "clock"> &
  Omit<SweepPorts, "hangUp" | "clock"> &
  Omit<CountPorts, "clock"> &
  AskingPorts & { readonly clock: Alarm; readonly seal: Seal; readonly carrier: Pick<Carrier, "findCall" | "hangUp"> };

/** How long a message waits for the carrier to have room, before it comes again later. */
const PATIENCE_MS = 2_000;

/** Does what a timer was set for, now that its time has come. */
export function timers(given: TimerPorts) {
  const ports = { ...given, ...asking(given) };
  return async (message: TimerMessage): Promise<Told | readonly Told[]> => {
    switch (message.type) {
      case "settle":
        return await settle(message, ports);
      case "deadline":
      case "deadlines":
      case "step_deadlines":
        return await stepDeadlines(deadlinesOf(message), ports);
      case "cancel_batch":
        return await sweep({ ...message, reason: "cancelled" }, ports);
      case "sweep":
        return await sweep(message, ports);
      case "count_batch":
        return await countBatch(message, ports);
      default:
        return message satisfies never;
    }
  };
}

/**
 * The line has been down for a while: decides with the digits that have come in by now. Or the call was completed under
 * this timer's id a while ago: looks whether the result was heard of.
 */
async function settle(message: SettleMessage, ports: ClosePorts): Promise<Told> {
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

/** What is asked of the carrier: in turn with all that is asked for the same owner. */
function asking({ carrier, seal, ...ports }: TimerPorts): Pick<ClosePorts, "lookUp"> & Pick<SweepPorts, "hangUp"> {
  const patienceMs = PATIENCE_MS;
  return {
    async lookUp({ uuid, owner, sealedCredential, bound }) {
      const credential = await seal.open(sealedCredential, bound);
      return await askInTurn({ owner, patienceMs, ask: () => carrier.findCall(uuid, credential) }, ports);
    },
    hangUp: async ({ uuid, owner, credential }) =>
      await askInTurn({ owner, patienceMs, ask: () => carrier.hangUp(uuid, credential) }, ports),
  };
}
