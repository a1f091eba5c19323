import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Hono } from "hono";
import { handle } from "hono/aws-lambda";

type Handler = ReturnType<typeof handle>;

/**
 * A Hono app as a Lambda handler. All our answers are text: as binary they would be base64, a third longer, and Lambda
 * carries 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export function httpHandler(app: Hono) {
  const answer = handle(app, { isContentTypeBinary: () => false });
  return async (event: APIGatewayProxyEventV2, context?: Context) => {
    const { method } = event.requestContext.http;
    // A body of GET or HEAD means nothing (RFC 9110, 9.3.1), and `Request` refuses it.
    const isBodiless = method === "GET" || method === "HEAD";
    const asked = { ...event, headers: withEmpty(event.headers), ...(isBodiless && { body: "" }) };
    // Hono's types are narrower than what AWS sends.
    return await answer(asked as unknown as Parameters<Handler>[0], context as Parameters<Handler>[1]);
  };
}

/** Hono leaves out headers without a value. A space is one that `Headers` takes off again. */
function withEmpty(headers: APIGatewayProxyEventV2["headers"]) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value === "" ? " " : value]));
}
