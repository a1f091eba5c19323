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
    const asked = method === "GET" || method === "HEAD" ? { ...event, body: "" } : event;
    // Hono's types are narrower than what AWS sends.
    return await answer(asked as unknown as Parameters<Handler>[0], context as Parameters<Handler>[1]);
  };
}
