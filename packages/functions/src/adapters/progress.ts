import type { TimerMessage } from "@promptcall/core/messages";
import type { ProgressPorts } from "../progress.ts";
import { linkedBus, linkedCall } from "./clients.ts";
import { linkedQueue } from "./linked-queue.ts";
import { chance, clock } from "./real.ts";
import { settings } from "./resources.ts";

/** What every function that writes a call's progress is linked to. */
export const linkedProgress = (): ProgressPorts => ({
  calls: linkedCall(),
  bus: linkedBus(),
  timers: linkedQueue<TimerMessage>("TimersQueue"),
  clock,
  chance,
  settleSeconds: settings().timers.settleSeconds,
});
