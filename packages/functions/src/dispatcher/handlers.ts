import type { DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { Bulkhead } from "../ports/bulkhead.ts";
import type { Checkpoints } from "../ports/checkpoints.ts";
import type { Log } from "../ports/log.ts";
import type { Queue } from "../ports/queue.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { DeliverySchema, type DispatcherPorts, dispatcher } from "./deliver.ts";

type Ports = Omit<DispatcherPorts, "settings" | "verboseEvents" | "admission"> & {
  readonly checkpoints: Checkpoints;
  readonly settings: Pick<Settings, "callback" | "verboseEvents">;
  readonly log: Log;
};

/** First attempts, which never wait behind another customer's slow server. */
export function firstAttemptsHandler({ bulkhead, firsts: queue, ...ports }: Ports & FirstPorts) {
  return deliveries({ ...ports, admission: { bulkhead, again: queue }, queue });
}

interface FirstPorts {
  readonly bulkhead: Bulkhead;
  /** The queue of first attempts. */
  readonly firsts: Queue<DeliveryMessage>;
}

/** Later attempts, and first attempts to slow receivers. */
export function laterAttemptsHandler(ports: Ports) {
  return deliveries({ ...ports, queue: ports.callbacks });
}

function deliveries({
  queue,
  settings: { callback, verboseEvents },
  log,
  ...ports
}: Ports & Pick<DispatcherPorts, "admission"> & { readonly queue: Queue<DeliveryMessage> }) {
  const { checkpoints, clock } = ports;
  const handle = dispatcher({ ...ports, log, settings: callback, verboseEvents });
  return consumer({ schema: DeliverySchema, handle: whenDue(handle, { queue, checkpoints, clock }), log });
}
