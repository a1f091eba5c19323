import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/messages";
import { callbackSender } from "../http/callback-sender.ts";
import { keys, settings } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import {
  linkedApplications,
  linkedBatchDeliveries,
  linkedBatches,
  linkedBulkhead,
  linkedBus,
  linkedCall,
  linkedCheckpoints,
  linkedDeliveries,
  linkedLists,
} from "../wiring/clients.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { DeliverySchema, dispatcher } from "./deliver.ts";

const firsts = linkedQueue<DeliveryMessage>("CallbacksQueue");
const callbacks = linkedQueue<DeliveryMessage>("CallbackRetriesQueue");
const checkpoints = linkedCheckpoints();
const { log, instrument } = linkedTelemetry("dispatcher");

const ports = {
  calls: linkedCall(),
  deliveries: linkedDeliveries(),
  batchDeliveries: linkedBatchDeliveries(),
  batches: linkedBatches(),
  lists: linkedLists(),
  bus: linkedBus(),
  callbacks,
  parked: linkedQueue<ParkedMessage | ParkedBatchMessage>("CallbacksDeadLetters"),
  applications: linkedApplications(),
  sender: callbackSender(settings().callback),
  clock,
  random,
  keys: keys("CallbackKey"),
  receiverSeal: seal(keys("ReceiverKey")),
  settings: settings().callback,
  verboseEvents: settings().verboseEvents,
};

/** First attempts, which never wait behind another customer's slow server. */
export const first = instrument(
  consumer({
    schema: DeliverySchema,
    handle: whenDue(dispatcher({ ...ports, admission: { bulkhead: linkedBulkhead(), again: firsts } }), {
      queue: firsts,
      checkpoints,
      clock,
    }),
    log,
  }),
);

/** Later attempts, and first attempts to slow receivers. */
export const later = instrument(
  consumer({
    schema: DeliverySchema,
    handle: whenDue(dispatcher(ports), { queue: callbacks, checkpoints, clock }),
    log,
  }),
);
