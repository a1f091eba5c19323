import {
  bus,
  callbackRetries,
  callbacks,
  dial,
  pinKey,
  sealKey,
  settings,
  state,
  statusKey,
  table,
  timers,
} from "./calls.ts";
import { config, working } from "./lambda.ts";

const { requestsPerSecond, burst } = config.throttle;

export const api = new sst.aws.ApiGatewayV2("Api", {
  // Servers call it, with credentials that have no place in a browser.
  cors: false,
  ...(config.domains.api !== undefined && { domain: config.domains.api }),
  transform: {
    stage: { defaultRouteSettings: { throttlingBurstLimit: burst, throttlingRateLimit: requestsPerSecond } },
  },
});

// One route for everything: the function answers unknown paths and methods itself, in the same form as other errors.
export const apiRoute = api.route("$default", {
  ...working,
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
    statusKey,
    pinKey,
  ],
});
