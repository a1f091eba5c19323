import type { DeliveryMessage, ParkedBatchMessage, ParkedMessage } from "@promptcall/core/contracts/delivery-messages";
import { CallbackSettings } from "@promptcall/core/contracts/settings/callback";
import { verboseEvents } from "@promptcall/core/contracts/settings/stage";
import { applicationStore } from "../dynamodb/applications.ts";
import { batchStore } from "../dynamodb/batches.ts";
import { bulkheadStore } from "../dynamodb/bulkhead.ts";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { checkpointStore } from "../dynamodb/checkpoints.ts";
import { callFinder } from "../dynamodb/find-calls.ts";
import { listStore } from "../dynamodb/lists.ts";
import { parkedDigitsStore } from "../dynamodb/parked-digits.ts";
import { progressStore } from "../dynamodb/progress-store.ts";
import { receiverStreakStore } from "../dynamodb/receiver-streaks.ts";
import { callbackSender } from "../http/callback-sender.ts";
import { keys, settings } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedTable } from "../wiring/clients.ts";
import { lazyBus } from "../wiring/lazy-bus.ts";
import { lazySeal } from "../wiring/lazy-seal.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { rememberedPorts } from "../wiring/remembered-ports.ts";
import { firstAttemptsHandler, laterAttemptsHandler } from "./handlers.ts";

const { log, instrument } = linkedTelemetry("dispatcher");
const table = linkedTable();
const used = settings({ callback: CallbackSettings, verboseEvents });

const { bulkhead, ...remembered } = rememberedPorts({
  applications: applicationStore(table),
  streaks: receiverStreakStore(table),
  bulkhead: bulkheadStore(table),
  clock,
});

const ports = {
  calls: { ...progressStore(table), find: callFinder(table) },
  deliveries: callbackStore(table),
  batchDeliveries: callbackStore({ ...table, of: "batch" }),
  batches: batchStore(table),
  lists: listStore(table),
  bus: lazyBus(),
  callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
  parked: linkedQueue<ParkedMessage | ParkedBatchMessage>("CallbacksDeadLetters"),
  ...remembered,
  sender: callbackSender(used.callback),
  clock,
  random,
  keys: keys("CallbackKey"),
  receiverSeal: lazySeal(keys("ReceiverKey")),
  digitsSeal: lazySeal(keys("DigitsKey")),
  parkedDigits: parkedDigitsStore(table),
  checkpoints: checkpointStore(table),
  settings: used,
  log,
};

export const first = instrument(
  firstAttemptsHandler({ ...ports, bulkhead, firsts: linkedQueue<DeliveryMessage>("CallbacksQueue") }),
);
export const later = instrument(laterAttemptsHandler(ports));
