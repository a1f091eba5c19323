import type { HttpEvent } from "../http/request.ts";
import { jsonOf } from "../json.ts";

/**
 * The payload of a webhook: a JSON body, or query parameters with nested objects as JSON. Undefined when it is neither.
 */
export function payloadOf(asked: HttpEvent): unknown {
  if (isPost(asked)) return jsonOf(textOf(asked));
  return Object.fromEntries(Object.entries(queryOf(asked)).map(([name, value]) => [name, nested(value)]));
}

/** What the carrier has hashed: the body, or the query parameters as they stand in the address. */
export function signedPayloadOf(asked: HttpEvent): string {
  return isPost(asked) ? textOf(asked) : JSON.stringify(queryOf(asked));
}

const isPost = ({ requestContext }: HttpEvent) => requestContext.http.method === "POST";

function textOf({ body = "", isBase64Encoded }: HttpEvent): string {
  return isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
}

function queryOf({ rawQueryString }: HttpEvent): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(rawQueryString));
}

function nested(value: string): unknown {
  return value.startsWith("{") || value === "true" || value === "false" ? (jsonOf(value) ?? value) : value;
}
