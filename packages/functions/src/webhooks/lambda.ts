import { specReader } from "../dynamodb/progress-store.ts";
import { httpHandler } from "../http/http-handler.ts";
import { keys, settings, signatureSecrets } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedBus, linkedTable } from "../wiring/clients.ts";
import { webhooksApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("webhooks");

const app = webhooksApp({
  calls: { spec: specReader(linkedTable()) },
  bus: linkedBus(),
  clock,
  random,
  log,
  pinKeys: keys("PinKey"),
  webhookKeys: keys("WebhookKey"),
  signatureSecrets: signatureSecrets(),
  verboseEvents: settings().verboseEvents,
});

export const handler = instrument(httpHandler(app));
