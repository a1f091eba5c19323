import { bus } from "./bus.ts";
import { allowRecursion, consume, lambda } from "./defaults/functions.ts";
import { dial, timers } from "./queues.ts";
import { sealKey, settings } from "./settings.ts";
import { table } from "./storage.ts";

export const timersConsumer = timers.queue.subscribe(
  {
    ...lambda,
    handler: "packages/functions/src/timers/lambda.handler",
    link: [table, bus, timers.queue, settings, dial.queue, sealKey],
  },
  consume,
);

// A timer makes a hop every 15 minutes until its time, and long work is sent on in parts, each with less of it left.
allowRecursion("Timers", { of: timersConsumer.nodes.function.name });
