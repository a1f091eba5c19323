import type { Context } from "hono";

/** The URL of one of our paths, as the customer reaches it. */
export function addressOf(c: Context, path: string): URL {
  const url = new URL(path, c.req.url);
  url.protocol = c.req.header("x-forwarded-proto") ?? url.protocol;
  return url;
}
