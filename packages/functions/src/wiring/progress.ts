import type { TimerMessage } from "@promptcall/core/messages";
import type { ProgressPorts } from "../progress.ts";
import { linkedBus, linkedCall } from "./clients.ts";
import { linkedQueue } from "./linked-queue.ts";
import { settings } from "./resources.ts";
import { clock, random } from "./system-clock.ts";

/** The ports of every function that writes a call's progress. */
export const linkedProgress = (): ProgressPorts => ({
  calls: linkedCall(),
  bus: linkedBus(),
  timers: linkedQueue<TimerMessage>("TimersQueue"),
  clock,
  random,
  settleSeconds: settings().timers.settleSeconds,
});
