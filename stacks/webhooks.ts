import { bus, pinKey, settings, table, webhookKey } from "./calls.ts";
import { reserved, working } from "./lambda.ts";

/**
 * A function URL, not a gateway: webhooks are many, carry their own per-call token, and a gateway in front of them
 * would double the price of a call. The carrier gives up after 5 s, so the function does too.
 */
export const webhooks = new sst.aws.Function("Webhooks", {
  ...working,
  handler: "packages/functions/src/webhooks/lambda.handler",
  timeout: "5 seconds",
  ...reserved("webhooks"),
  url: { cors: false },
  link: [table, bus, settings, pinKey, webhookKey],
});

/** The address alone: linking the function itself would also grant the right to invoke it. */
export const webhookUrl = new sst.Linkable("WebhookUrl", { properties: { url: webhooks.url } });
