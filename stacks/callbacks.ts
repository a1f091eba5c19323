import { bus, route } from "./bus.ts";
import { allowRecursion, config, consumeBy, lambda } from "./defaults/functions.ts";
import { tableToDeliver } from "./links.ts";
import { callbackRetries, callbacks } from "./queues.ts";
import { callbackKey, digitsKey, receiverKey, settings } from "./settings.ts";

export const resultsRule = route({
  name: "Callbacks",
  to: config.oneCallbackQueue ? { ...callbacks, queue: callbackRetries } : callbacks,
  detailTypes: ["call.completed", "batch.completed"],
  // Where nobody is sent the result, no function has to find out.
  detail: { data: { callback: [{ exists: false }] } },
});

const dispatcher = (of: "first" | "later") => ({
  ...lambda,
  handler: `packages/functions/src/dispatcher/lambda.${of}`,
  timeout: `${config.timeoutSeconds.dispatcher} seconds` as const,
  link: [
    tableToDeliver,
    bus,
    callbacks.queue,
    callbackRetries,
    callbacks.deadLetters,
    settings,
    callbackKey,
    receiverKey,
    digitsKey,
  ],
});

// Two queues, so that attempts for a slow server take no capacity from new results. The dead letters of both are one
// queue and are not consumed: they are results parked for replay.
export const firstAttempts = callbacks.queue.subscribe(
  dispatcher("first"),
  consumeBy(config.maximumConcurrency.callbacks),
);
export const laterAttempts = callbackRetries.subscribe(
  dispatcher("later"),
  consumeBy(config.maximumConcurrency.callbackRetries),
);

// A first attempt tries every second to acquire a permit of its receiver. Later ones make a hop every 15 minutes until
// their time; there are as many as `callback.delaysSeconds` has.
allowRecursion("Callbacks", { of: firstAttempts.nodes.function.name });
allowRecursion("CallbackRetries", { of: laterAttempts.nodes.function.name });
