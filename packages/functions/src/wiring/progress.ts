import type { TimerMessage } from "@promptcall/core/contracts/messages";
import { TimerSettings } from "@promptcall/core/contracts/settings/timers";
import type { ProgressPorts } from "../calls/progress.ts";
import { breakerStore } from "../dynamodb/breakers.ts";
import { progressStore } from "../dynamodb/progress-store.ts";
import type { Breakers } from "../ports/breakers.ts";
import { breakerPolicy, settings } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { linkedTable } from "./clients.ts";
import { linkedQueue } from "./linked-queue.ts";

/** The ports of every function that writes a call's progress. */
export const linkedProgress = ({ bus }: Pick<ProgressPorts, "bus">): ProgressPorts & { breakers: Breakers } => ({
  calls: progressStore(linkedTable()),
  bus,
  timers: linkedQueue<TimerMessage>("TimersQueue"),
  clock,
  random,
  settleSeconds: settings({ timers: TimerSettings }).timers.settleSeconds,
  breakers: breakerStore({ ...linkedTable(), policy: breakerPolicy() }),
});
