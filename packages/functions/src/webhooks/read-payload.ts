import type { LambdaFunctionURLEvent } from "aws-lambda";
import { jsonOf } from "../json.ts";

/** What is read of a request, as the address of a function has it (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). */
export type WebhookRequest = Pick<
  LambdaFunctionURLEvent,
  "rawPath" | "rawQueryString" | "headers" | "body" | "isBase64Encoded" | "requestContext"
>;

/**
 * The payload of a webhook: a JSON body, or query parameters with nested objects as JSON. Undefined when it is neither.
 */
export function payloadOf(asked: WebhookRequest): unknown {
  if (isPost(asked)) return jsonOf(textOf(asked));
  return Object.fromEntries(Object.entries(queryOf(asked)).map(([name, value]) => [name, nested(value)]));
}

/** What the carrier has hashed: the body, or the query parameters as they stand in the address. */
export function signedPayloadOf(asked: WebhookRequest): string {
  return isPost(asked) ? textOf(asked) : JSON.stringify(queryOf(asked));
}

const isPost = ({ requestContext }: WebhookRequest) => requestContext.http.method === "POST";

function textOf({ body = "", isBase64Encoded }: WebhookRequest): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}

function queryOf({ rawQueryString }: WebhookRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(rawQueryString));
}

function nested(value: string): unknown {
  return value.startsWith("{") || value === "true" || value === "false" ? (jsonOf(value) ?? value) : value;
}
