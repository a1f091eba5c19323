import { bus, dial, sealKey, settings, table, timers, webhookKey } from "./calls.ts";
import { config, consumeBy, working } from "./lambda.ts";
import { webhookUrl } from "./webhooks.ts";

export const dialer = dial.queue.subscribe(
  {
    ...working,
    handler: "packages/functions/src/dialer/lambda.handler",
    link: [table, bus, dial.queue, timers.queue, settings, sealKey, webhookKey, webhookUrl],
  },
  consumeBy(config.maximumConcurrency.dialer),
);
