import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import path from "node:path";
import type { Hono } from "hono";

/** Addresses of the page. Two of them are lists of the api as well: a browser that goes there asks for HTML. */
const SCREENS = /^\/(?:$|index\.html$|calls(?:\/[^/]+)?$|batches(?:\/[^/]+)?$|queues$|assets\/)/;

export function isPage({ url = "", method, headers }: IncomingMessage): boolean {
  const [name = ""] = url.split("?");
  if ((method !== "GET" && method !== "HEAD") || !SCREENS.test(name)) return false;
  return name.startsWith("/assets/") || headers.accept?.includes("text/html") === true || name === "/";
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The page loads nothing from elsewhere and runs nothing that is written into it. */
export function pageHeaders({ api = "" }: { readonly api?: string } = {}): Record<string, string> {
  const connect = ["'self'", api].filter(Boolean).join(" ");
  return {
    "content-security-policy": [
      "default-src 'self'",
      "img-src 'self' data:",
      `connect-src ${connect}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  };
}

/** Serves the built page; every screen is the same document. */
export function addPages(app: Hono, { folder, headers }: { folder: string; headers: Record<string, string> }): void {
  app.get("/assets/:name", async (c) => {
    const name = path.basename(c.req.param("name"));
    const type = TYPES[path.extname(name)];
    const file = type === undefined ? undefined : await read(path.join(folder, "assets", name));
    if (file === undefined || type === undefined) return c.notFound();
    // The name has a hash of what is in it.
    return c.body(file, 200, { ...headers, "content-type": type, "cache-control": "max-age=31536000, immutable" });
  });
  app.get("*", async (c) => {
    const file = await read(path.join(folder, "index.html"));
    if (file === undefined) return c.notFound();
    return c.body(file, 200, { ...headers, "content-type": TYPES[".html"] ?? "", "cache-control": "no-cache" });
  });
}

async function read(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(file));
  } catch {
    return undefined;
  }
}
