import { handle } from "hono/aws-lambda";
import { linkedBus, linkedCalls } from "../adapters/clients.ts";
import { log } from "../adapters/log.ts";
import { chance, clock } from "../adapters/real.ts";
import { key } from "../adapters/resources.ts";
import { webhooksApp } from "./app.ts";

export const handler = handle(
  webhooksApp({
    calls: linkedCalls(),
    bus: linkedBus(),
    clock,
    chance,
    log: log("webhooks"),
    pinKey: key("PinKey"),
    webhookKey: key("WebhookKey"),
  }),
);
