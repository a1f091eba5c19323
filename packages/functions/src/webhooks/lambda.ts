import { linkedBus, linkedSpecs } from "../adapters/clients.ts";
import { httpHandler } from "../adapters/http.ts";
import { chance, clock } from "../adapters/real.ts";
import { keys, settings } from "../adapters/resources.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { webhooksApp } from "./app.ts";

const { log, watched } = linkedWatch("webhooks");

const app = webhooksApp({
  calls: linkedSpecs(),
  bus: linkedBus(),
  clock,
  chance,
  log,
  pinKeys: keys("PinKey"),
  webhookKeys: keys("WebhookKey"),
  verboseEvents: settings().verboseEvents,
});

export const handler = watched(httpHandler(app));
