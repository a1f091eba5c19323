import type { CallbackMessage, ParkedMessage } from "@promptcall/core/messages";
import { callbackSender } from "../adapters/callback-sender.ts";
import { linkedBus, linkedCalls, linkedDeliveries, linkedQueue } from "../adapters/clients.ts";
import { log } from "../adapters/log.ts";
import { chance, clock } from "../adapters/real.ts";
import { key, settings } from "../adapters/resources.ts";
import { consumer } from "../consumer.ts";
import { DeliverySchema, dispatcher } from "./deliver.ts";

const callbacks = linkedQueue<CallbackMessage>("CallbacksQueue");

export const handler = consumer({
  schema: DeliverySchema,
  handle: dispatcher({
    calls: linkedCalls(),
    deliveries: linkedDeliveries(),
    bus: linkedBus(),
    callbacks,
    parked: linkedQueue<ParkedMessage>("CallbacksDeadLetters"),
    sender: callbackSender(settings().callback),
    clock,
    chance,
    key: key("CallbackKey"),
    settings: settings().callback,
  }),
  log: log("dispatcher"),
  clock,
  again: callbacks,
});
