import { bus } from "./bus.ts";
import { config, lambda, reserved } from "./defaults/functions.ts";
import { tableToRead } from "./links.ts";
import { digitsKey, pinKey, settings, signatureSecrets, webhookKey } from "./settings.ts";

/**
 * A function URL, not a gateway, where no domain is wanted: webhooks are many, carry their own per-call token, and a
 * gateway in front of them would double the price of a call. The carrier gives up after 5 s, so the function does too.
 */
export const webhooks = new sst.aws.Function("Webhooks", {
  ...lambda,
  handler: "packages/functions/src/webhooks/lambda.handler",
  timeout: "5 seconds",
  ...reserved("webhooks"),
  url: { cors: false },
  link: [tableToRead, bus, settings, pinKey, webhookKey, digitsKey, signatureSecrets],
});

/**
 * A function URL takes no domain. A gateway in front of it does, in its own region and at $1 for a million webhooks;
 * CloudFront does it at the same price, with a detour. A token is in the path of each webhook: no access log.
 */
function gatewayAt(domain: string) {
  const gateway = new sst.aws.ApiGatewayV2("WebhooksApi", {
    cors: false,
    domain,
    transform: { stage: { accessLogSettings: undefined } },
  });
  gateway.route("$default", webhooks.arn);
  return gateway;
}

const { webhooks: domain } = config.domains;
export const webhooksGateway = domain === undefined ? undefined : gatewayAt(domain);
export const webhooksAddress = webhooksGateway?.url ?? webhooks.url;

/** The address alone: linking the function itself would also grant the right to invoke it. */
export const webhookUrl = new sst.Linkable("WebhookUrl", {
  properties: { url: config.webhooksUrl ?? webhooksAddress },
});
