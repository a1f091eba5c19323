import { bus, callbackKey, callbacks, route, settings, table } from "./calls.ts";
import { consume, lambda } from "./lambda.ts";

route({ name: "Callbacks", to: callbacks, detailTypes: ["call.completed"] });

// The dead letters are not consumed: they are results parked for replay.
callbacks.queue.subscribe(
  {
    ...lambda,
    handler: "packages/functions/src/dispatcher/lambda.handler",
    link: [table, bus, callbacks.queue, callbacks.deadLetters, settings, callbackKey],
  },
  consume,
);
