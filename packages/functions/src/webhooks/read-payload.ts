import type { Context } from "hono";
import { jsonOf } from "../json.ts";

/**
 * The payload of a webhook: a JSON body, or query parameters with nested objects as JSON. Undefined when it is neither.
 */
export async function payloadOf(c: Context): Promise<unknown> {
  if (c.req.method === "POST") return jsonOf(await c.req.text());
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name, nested(value)]));
}

function nested(value: string): unknown {
  return value.startsWith("{") || value === "true" || value === "false" ? (jsonOf(value) ?? value) : value;
}
