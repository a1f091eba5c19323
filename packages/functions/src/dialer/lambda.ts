import { type DialMessage, DialMessageSchema, type TimerMessage } from "@promptcall/core/messages";
import { carrier } from "../adapters/carrier.ts";
import { linkedBus, linkedCalls, linkedHops, linkedQueue } from "../adapters/clients.ts";
import { log } from "../adapters/log.ts";
import { chance, clock } from "../adapters/real.ts";
import { key, settings, webhookBaseUrl } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { consumer } from "../consumer.ts";
import { dialer } from "./dial.ts";

const dial = linkedQueue<DialMessage>("DialQueue");

export const handler = consumer({
  schema: DialMessageSchema,
  handle: dialer({
    calls: linkedCalls(),
    bus: linkedBus(),
    dial,
    timers: linkedQueue<TimerMessage>("TimersQueue"),
    carrier: carrier(settings().carrier),
    seal: seal(key("SealKey")),
    clock,
    chance,
    webhooks: { baseUrl: webhookBaseUrl(), key: key("WebhookKey") },
    settings: settings(),
  }),
  log: log("dialer"),
  clock,
  again: { queue: dial, hops: linkedHops() },
});
