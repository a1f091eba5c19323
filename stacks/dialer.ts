import { bus } from "./bus.ts";
import { allowRecursion, config, consumeBy, lambda } from "./defaults/functions.ts";
import { dial, timers } from "./queues.ts";
import { sealKey, settings, webhookKey } from "./settings.ts";
import { table } from "./storage.ts";
import { webhookUrl } from "./webhooks.ts";

export const dialer = dial.queue.subscribe(
  {
    ...lambda,
    handler: "packages/functions/src/dialer/lambda.handler",
    timeout: `${config.timeoutSeconds.dialer} seconds`,
    link: [table, bus, dial.queue, timers.queue, settings, sealKey, webhookKey, webhookUrl],
  },
  consumeBy(config.maximumConcurrency.dialer),
);

// Each step of a loop sends for the next one while there are calls to dial, and what is to wait makes a hop every 15
// minutes until its time, at most the 7 days of `send_at`.
allowRecursion("Dial", { of: dialer.nodes.function.name });
