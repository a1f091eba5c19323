import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Hono } from "hono";
import { handle } from "hono/aws-lambda";

type Handler = ReturnType<typeof handle>;

/**
 * An app as a gateway or a function URL calls it. All that ours answer is text: as bytes it would be a third longer, in
 * base64, and Lambda carries 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export function httpHandler(app: Hono) {
  const answer = handle(app, { isContentTypeBinary: () => false });
  return async (event: APIGatewayProxyEventV2, context?: Context) => {
    const { method } = event.requestContext.http;
    // The body of these means nothing (RFC 9110, 9.3.1), and no `Request` can be made with it.
    const asked = method === "GET" || method === "HEAD" ? { ...event, body: "" } : event;
    // Hono's own types of these are narrower than what AWS sends.
    return await answer(asked as unknown as Parameters<Handler>[0], context as Parameters<Handler>[1]);
  };
}
