import { bus } from "./bus.ts";
import { config, working } from "./defaults/functions.ts";
import { health } from "./links.ts";
import { callbackRetries, dial, timers } from "./queues.ts";
import { apiKeys, digitsKey, pinKey, receiverKey, sealKey, settings, statusKey } from "./settings.ts";
import { table } from "./storage.ts";

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
  // A request may wait 25 s; the gateway gives up after 30:
  // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
  timeout: "29 seconds",
  link: [
    table,
    bus,
    dial.queue,
    timers.queue,
    callbackRetries,
    health,
    settings,
    sealKey,
    statusKey,
    pinKey,
    receiverKey,
    digitsKey,
    apiKeys,
  ],
});
