import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/messages";
import { callbackSender } from "../http/callback-sender.ts";
import { remembered } from "../runtime/remembered.ts";
import { keys, settings } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
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
  linkedStreaks,
} from "../wiring/clients.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { firstAttemptsHandler, laterAttemptsHandler } from "./handlers.ts";

const { log, instrument } = linkedTelemetry("dispatcher");

/** How long a result may still go where its application allows it no more. */
const KNOWN_FOR_MS = 10_000;

const ports = {
  calls: linkedCall(),
  deliveries: linkedDeliveries(),
  batchDeliveries: linkedBatchDeliveries(),
  batches: linkedBatches(),
  lists: linkedLists(),
  bus: linkedBus(),
  callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
  parked: linkedQueue<ParkedMessage | ParkedBatchMessage>("CallbacksDeadLetters"),
  applications: { read: remembered(linkedApplications().read, { forMs: KNOWN_FOR_MS, clock }) },
  streaks: linkedStreaks(),
  sender: callbackSender(settings().callback),
  clock,
  random,
  keys: keys("CallbackKey"),
  receiverSeal: seal(keys("ReceiverKey")),
  checkpoints: linkedCheckpoints(),
  settings: settings(),
  log,
};

export const first = instrument(
  firstAttemptsHandler({
    ...ports,
    bulkhead: linkedBulkhead(),
    firsts: linkedQueue<DeliveryMessage>("CallbacksQueue"),
  }),
);
export const later = instrument(laterAttemptsHandler(ports));
