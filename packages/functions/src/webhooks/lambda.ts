import { verboseEvents } from "@promptcall/core/contracts/settings/stage";
import { specReader } from "../dynamodb/progress-store.ts";
import { keys, settings, signatureSecrets } from "../runtime/resources.ts";
import { clock, random } from "../runtime/system-clock.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedTable } from "../wiring/clients.ts";
import { lazySeal } from "../wiring/lazy-seal.ts";
import { linkedBus } from "../wiring/linked-bus.ts";
import { webhooksApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("webhooks");

const app = webhooksApp({
  calls: { spec: specReader(linkedTable()) },
  bus: linkedBus(),
  clock,
  random,
  log,
  pinKeys: keys("PinKey"),
  digitsSeal: lazySeal(keys("DigitsKey")),
  webhookKeys: keys("WebhookKey"),
  signatureSecrets: signatureSecrets(),
  ...settings({ verboseEvents }),
});

export const handler = instrument(app);
