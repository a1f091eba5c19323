import { linkedBus, linkedSpecs } from "../adapters/clients.ts";
import { httpHandler } from "../adapters/http.ts";
import { keys, settings } from "../adapters/resources.ts";
import { clock, random } from "../adapters/system-clock.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { webhooksApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("webhooks");

const app = webhooksApp({
  calls: linkedSpecs(),
  bus: linkedBus(),
  clock,
  random,
  log,
  pinKeys: keys("PinKey"),
  webhookKeys: keys("WebhookKey"),
  verboseEvents: settings().verboseEvents,
});

export const handler = instrument(httpHandler(app));
