import type { Context, Next } from "hono";

const HERE = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Lets through what is asked of this machine by its own name, and not by a page of somebody else: a name that was bent to
 * lead here would let any page read the credential.
 */
export async function fromHereAlone(c: Context, next: Next): Promise<Response | undefined> {
  const site = c.req.header("sec-fetch-site") ?? "none";
  if (!HERE.has(new URL(c.req.url).hostname) || (site !== "none" && site !== "same-origin"))
    return c.json({ title: "This is for this machine alone." }, 403);
  await next();
  c.header("cache-control", "no-store");
  c.header("x-content-type-options", "nosniff");
  return undefined;
}
