import type { Context, Hono } from "hono";
import { fromHereAlone } from "./from-here.ts";

/** What of a request and of its answer goes through: no cookie, and nothing about the browser. */
const ASKED = ["accept", "authorization", "content-type", "idempotency-key", "x-api-key"];
const ANSWERED = ["content-type", "idempotent-replayed", "link", "retry-after", "x-request-id"];

/**
 * Hands requests of the page on to the api of a stage: a browser lets a page ask its own origin alone, and so the stage needs
 * no word about origins. Nothing of it is kept.
 */
export function addProxy(app: Hono, { api }: { readonly api: string }): void {
  app.use("*", fromHereAlone);
  app.all("/_local/*", (c) => c.json({ title: "A local run has this, and a stage has not." }, 404));
  app.all("*", (c) => handOn(c, api));
}

async function handOn(c: Context, api: string): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const { method } = c.req;
  const body = method === "GET" || method === "HEAD" ? undefined : await c.req.arrayBuffer();
  const answer = await fetch(new URL(pathname + search, api), {
    method,
    headers: picked(c.req.raw.headers, ASKED),
    redirect: "manual",
    ...(body !== undefined && { body }),
  }).catch(() => undefined);
  if (answer === undefined) return c.json({ title: "No connection", detail: `${api} does not answer.` }, 503);
  return new Response(answer.body, { status: answer.status, headers: picked(answer.headers, ANSWERED) });
}

function picked(headers: Headers, names: readonly string[]): Headers {
  const few = new Headers();
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) few.set(name, value);
  }
  return few;
}
