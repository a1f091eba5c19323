import { bus, callbackRetries, callbacks, dial, pinKey, sealKey, settings, state, table, timers } from "./calls.ts";
import { lambda } from "./lambda.ts";

export const api = new sst.aws.ApiGatewayV2("Api", {
  // Servers call it, with credentials that have no place in a browser.
  cors: false,
  transform: { stage: { defaultRouteSettings: { throttlingBurstLimit: 1_000, throttlingRateLimit: 500 } } },
});

// One route for everything: the function answers unknown paths and methods itself, in the same form as other errors.
api.route("$default", {
  ...lambda,
  handler: "packages/functions/src/api/lambda.handler",
  timeout: "20 seconds",
  link: [
    table,
    bus,
    dial.queue,
    state.queue,
    timers.queue,
    callbacks.queue,
    callbackRetries,
    settings,
    sealKey,
    pinKey,
  ],
});
