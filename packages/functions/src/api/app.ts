import type { ApiKeyHashes } from "@promptcall/core/security/api-key";
import type { Context, Next } from "hono";
import { Hono } from "hono/tiny";
import { problem } from "../http/problem.ts";
import { underRequestId } from "../telemetry/requests.ts";
import { type PostCallPorts, postCall } from "./acceptance/post-call.ts";
import { type ApplicationRoutesPorts, addApplicationRoutes } from "./application/application-routes.ts";
import { DOCUMENTS, isDocument } from "./documents.ts";
import { addListRoutes, type ListRoutesPorts } from "./lists/list-routes.ts";
import type { OldDoorPorts } from "./old-door/old-door.ts";
import { addOldDoorRoutes } from "./old-door/old-door-routes.ts";
import { requireApiKey } from "./require-api-key.ts";
import { addStatusRoutes, type StatusRoutesPorts } from "./status/status-routes.ts";

export type ApiPorts = PostCallPorts &
  OldDoorPorts &
  StatusRoutesPorts &
  ListRoutesPorts &
  ApplicationRoutesPorts & {
    /** One of these keys has to come with each request; none where the deployment asks for none. */
    readonly apiKeys: ApiKeyHashes;
    /** Health checks by name. */
    readonly parts: Readonly<Record<string, () => Promise<unknown>>>;
  };

export function apiApp(ports: ApiPorts): Hono {
  const app = new Hono();
  app.use(underRequestId);
  app.use(keptByNobody);
  app.use(requireApiKey(ports.apiKeys));
  app.use(asItIsWritten);
  app.post("/call", (c) => postCall(c, ports));
  addStatusRoutes(app, ports);
  addListRoutes(app, ports);
  addApplicationRoutes(app, ports);
  addOldDoorRoutes(app, ports);
  app.get("/setup", (c) => health(c, ports));
  app.get("/health", (c) => health(c, ports));
  for (const [path, load] of Object.entries(DOCUMENTS)) app.get(path, async (c) => c.json((await load()).default));
  app.all("/call", (c) => wrongMethod(c, "POST"));
  app.all("/application", (c) => wrongMethod(c, "GET, PUT"));
  app.all("/calls/replay", (c) => wrongMethod(c, "POST"));
  for (const path of ["/calls", "/batches", "/setup", "/health", ...Object.keys(DOCUMENTS)])
    app.all(path, (c) => wrongMethod(c, "GET"));
  app.notFound((c) => problem(c, { status: 404, code: "unknown_path", detail: "There is nothing at this path." }));
  app.onError((error, c) => {
    ports.log.failure("api.failed", error);
    const detail = "A part of the cloud did not answer; the call may not have been accepted.";
    return problem(c, { status: 503, code: "unavailable", detail, headers: { "retry-after": "5" } });
  });
  return app;
}

/** To this router a path with a slash behind it is the same, and to whoever repeats a request it is another. */
async function asItIsWritten(c: Context, next: Next): Promise<Response | undefined> {
  if (c.req.path.endsWith("/")) return await c.notFound();
  await next();
  return undefined;
}

/** What is answered is for whoever asked, and is nothing but what it says that it is. Documents are for all. */
async function keptByNobody(c: Context, next: Next): Promise<void> {
  await next();
  c.header("x-content-type-options", "nosniff");
  if (!isDocument(c.req.path)) c.header("cache-control", "no-store");
}

async function health(c: Context, { parts, log }: ApiPorts): Promise<Response> {
  const names = Object.keys(parts);
  const answers = await Promise.allSettled(names.map((name) => parts[name]?.()));
  const silent = names.filter((name, index) => {
    const answer = answers[index];
    if (answer?.status === "rejected") log.failure("health.failed", answer.reason, { part: name });
    return answer?.status === "rejected";
  });
  if (silent.length === 0) return c.json({ result: "ok" });
  return problem(c, { status: 503, code: "unhealthy", detail: `These do not answer: ${silent.join(", ")}.` });
}

function wrongMethod(c: Context, allowed: string): Response {
  const detail = `Use ${allowed} here.`;
  return problem(c, { status: 405, code: "wrong_method", detail, headers: { allow: allowed } });
}
