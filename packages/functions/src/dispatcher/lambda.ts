import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/messages";
import { callbackSender } from "../adapters/callback-sender.ts";
import {
  linkedBatchDeliveries,
  linkedBatches,
  linkedBus,
  linkedCall,
  linkedDeliveries,
  linkedHops,
  linkedLists,
  linkedReceivers,
} from "../adapters/clients.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { chance, clock } from "../adapters/real.ts";
import { keys, settings } from "../adapters/resources.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../sqs/consumer.ts";
import { onTime } from "../sqs/not-yet.ts";
import { DeliverySchema, dispatcher } from "./deliver.ts";

const firsts = linkedQueue<DeliveryMessage>("CallbacksQueue");
const callbacks = linkedQueue<DeliveryMessage>("CallbackRetriesQueue");
const hops = linkedHops();
const { log, watched } = linkedWatch("dispatcher");

const ports = {
  calls: linkedCall(),
  deliveries: linkedDeliveries(),
  batchDeliveries: linkedBatchDeliveries(),
  batches: linkedBatches(),
  lists: linkedLists(),
  bus: linkedBus(),
  callbacks,
  parked: linkedQueue<ParkedMessage | ParkedBatchMessage>("CallbacksDeadLetters"),
  sender: callbackSender(settings().callback),
  clock,
  chance,
  keys: keys("CallbackKey"),
  settings: settings().callback,
  verboseEvents: settings().verboseEvents,
};

/** Results just in: they wait behind nobody's slow server. */
export const first = watched(
  consumer({
    schema: DeliverySchema,
    handle: onTime(dispatcher({ ...ports, admission: { receivers: linkedReceivers(), again: firsts } }), {
      queue: firsts,
      hops,
      clock,
    }),
    log,
  }),
);

/** Everything that had its chance, or whose receiver is slow. */
export const later = watched(
  consumer({
    schema: DeliverySchema,
    handle: onTime(dispatcher(ports), { queue: callbacks, hops, clock }),
    log,
  }),
);
