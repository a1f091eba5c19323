import type { Context } from "hono";

/**
 * A webhook's payload, whichever way the application has its webhooks sent: a JSON body, or query parameters in which
 * nested objects are JSON again. Undefined when it is neither.
 */
export async function payloadOf(c: Context): Promise<unknown> {
  if (c.req.method === "POST") return parsed(await c.req.text());
  return Object.fromEntries(Object.entries(c.req.query()).map(([name, value]) => [name, nested(value)]));
}

function nested(value: string): unknown {
  return value.startsWith("{") || value === "true" || value === "false" ? (parsed(value) ?? value) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
