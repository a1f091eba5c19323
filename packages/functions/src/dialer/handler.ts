import { DialQueueMessageSchema } from "@promptcall/core/contracts/messages";
import type { DialerPorts } from "../dialing/dialer-ports.ts";
import type { Log } from "../ports/log.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { dialer } from "./dial.ts";

type Ports = Omit<DialerPorts, "settleSeconds" | "verboseEvents"> & { readonly log: Log };

/** What takes messages from the dial queue. */
export function dialerHandler({ log, ...ports }: Ports) {
  const { dial: queue, checkpoints, clock, settings } = ports;
  const { timers, verboseEvents } = settings;
  const handle = dialer({ ...ports, settleSeconds: timers.settleSeconds, verboseEvents });
  return consumer({ schema: DialQueueMessageSchema, handle: whenDue(handle, { queue, checkpoints, clock }), log });
}
