import { longestCallSeconds } from "@promptcall/core/call/call-length";
import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/contracts/messages";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { Log } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { type TimerPorts, timers } from "./fire.ts";

type Ports = Omit<TimerPorts, "longestCallSeconds" | "timers"> & {
  readonly timers: Queue<TimerMessage>;
  readonly settings: Pick<Settings, "carrier" | "timers">;
  readonly log: Log;
};

/** What takes messages from the timers queue. */
export function timersHandler({ settings, log, ...ports }: Ports) {
  const { timers: queue, checkpoints, clock } = ports;
  const handle = timers({ ...ports, longestCallSeconds: longestCallSeconds(settings) });
  return consumer({ schema: TimerMessageSchema, handle: whenDue(handle, { queue, checkpoints, clock }), log });
}
