import type { Command } from "@promptcall/core/call/decide";
import { dialNumberOf } from "@promptcall/core/call/redial";
import type { SettleMessage, TimerMessage } from "@promptcall/core/contracts/messages";
import type { ClosePorts } from "../calls/close.ts";
import { type CountPorts, countBatch } from "../calls/count-batch.ts";
import { advance, progressFields, republishIfUndelivered } from "../calls/progress.ts";
import { adoptCancellation } from "../dialing/adopt.ts";
import { awaitRedial, type RedialPorts } from "../dialing/await-redial.ts";
import { type LookPorts, lookAtBatch } from "../dialing/look-at-batch.ts";
import { deadlinesOf, type StepDeadlinePorts, stepDeadlines } from "../dialing/step-deadlines.ts";
import { type SweepPorts, sweep } from "../dialing/sweep.ts";
import { askWithinRate, type CarrierRatePorts } from "../messages/ask-within-rate.ts";
import type { Carrier } from "../ports/carrier.ts";
import type { Clock, TimerClock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import type { Seal } from "../ports/seal.ts";

export type TimerPorts = Omit<StepDeadlinePorts, "lookUp" | "clock"> &
  Omit<SweepPorts, "hangUp" | "clock"> &
  Omit<CountPorts, "clock"> &
  CarrierRatePorts & {
    readonly clock: TimerClock;
    readonly seal: Seal;
    readonly carrier: Pick<Carrier, "findCall" | "hangUp">;
  };

/** How long a message waits for a slot within the carrier's rate limit, before it is sent on for later. */
const LONGEST_WAIT_MS = 2_000;

/** Handles the messages of the timers queue, now that they are due. */
export function timers(given: TimerPorts) {
  const ports = { ...given, ...asking(given) };
  return async (message: TimerMessage): Promise<LogRecord | readonly LogRecord[]> => {
    switch (message.type) {
      case "settle":
        return await settle(message, ports);
      case "deadline":
      case "deadlines":
      case "step_deadlines":
        return await stepDeadlines(deadlinesOf(message), ports);
      case "cancel_batch":
        return await adoptCancellation(message, ports);
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
 * The leg ended a while ago: decides with the digits known by now, or has the call dialed again. For a call that was
 * completed under this timer's id, checks that its result got a delivery attempt, and whether its batch has a call left.
 */
async function settle(message: SettleMessage, ports: ClosePorts & LookPorts & RedialPorts): Promise<LogRecord> {
  const { tid, id, dial } = message;
  const stored = await ports.calls.state(tid);
  if (stored?.call.phase === "completed" && stored.call.completedBy === id) {
    const republished = await republishIfUndelivered(stored.call, ports);
    const { batchId } = stored.call;
    if (batchId !== undefined) await lookAtBatch(batchId, ports);
    return { event: "timer.settle", tid, phase: stored.call.phase, republished };
  }
  const waits = stored && (await awaitRedial(stored.call, ports));
  if (waits !== undefined) return waits;
  const { settleSeconds } = ports;
  const at = ports.clock.now().toISOString();
  const command: Command = { type: "settle", id, at, settleSeconds };
  const advanced = await advance({ tid, commands: [command], ...(stored && { seen: stored }) }, ports);
  const [refusal] = advanced.refusals;
  if (refusal?.refused === "not_yet") await ports.timers.send({ ...message, not_before: refusal.notBefore });
  // Sent before the end of its dial was saved, which is not done yet.
  if (refusal?.refused === "not_ended" && dial === dialNumberOf(advanced.call))
    await ports.timers.send({ ...message, not_before: later(settleSeconds, ports) });
  return { event: "timer.settle", tid, ...progressFields(advanced), refused: refusal?.refused };
}

function later(seconds: number, { clock }: { readonly clock: Clock }): string {
  return new Date(clock.now().getTime() + seconds * 1_000).toISOString();
}

/** What is asked of the carrier: in turn with all that is asked for the same owner. */
function asking({ carrier, seal, ...ports }: TimerPorts): Pick<ClosePorts, "lookUp"> & Pick<SweepPorts, "hangUp"> {
  const longestWaitMs = LONGEST_WAIT_MS;
  return {
    async lookUp({ uuid, region, owner, sealedCredential, bound }) {
      const credential = await seal.open(sealedCredential, bound);
      return await askWithinRate(
        { owner, longestWaitMs, ask: () => carrier.findCall(uuid, credential, region) },
        ports,
      );
    },
    hangUp: async ({ uuid, region, owner, credential }) =>
      await askWithinRate({ owner, longestWaitMs, ask: () => carrier.hangUp(uuid, credential, region) }, ports),
  };
}
