import type { Context } from "hono";
import { jsonOf } from "../json.ts";

/**
 * The payload of a webhook: a JSON body, or query parameters with nested objects as JSON. Undefined when it is neither.
 */
export async function payloadOf(c: Context): Promise<unknown> {
  if (c.req.method === "POST") return jsonOf(await c.req.text());
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name, nested(value)]));
}

/** What the carrier has hashed: the body, or the query parameters as they stand in the address. */
export async function signedPayloadOf(c: Context): Promise<string> {
  if (c.req.method === "POST") return await c.req.text();
  return JSON.stringify(Object.fromEntries(new URL(c.req.url).searchParams));
}

function nested(value: string): unknown {
  return value.startsWith("{") || value === "true" || value === "false" ? (jsonOf(value) ?? value) : value;
}
