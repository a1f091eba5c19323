import { type Context, Hono } from "hono";
import { type Problem, problem } from "../problem.ts";
import { underRequestId } from "../telemetry/requests.ts";
import type { AcceptPorts } from "./accept.ts";
import { readCredential } from "./credential.ts";
import { acceptBatch } from "./post-batch.ts";
import { acceptCall } from "./post-call.ts";
import { readBody } from "./read-body.ts";
import { addStatusRoutes, type StatusRoutesPorts, statusUrl } from "./status-routes.ts";

export type ApiPorts = AcceptPorts &
  StatusRoutesPorts & {
    /** By name, something that answers when that part of the cloud does. */
    readonly parts: Readonly<Record<string, () => Promise<unknown>>>;
  };

export function apiApp(ports: ApiPorts): Hono {
  const app = new Hono();
  app.use(underRequestId);
  app.post("/call", (c) => postCall(c, ports));
  addStatusRoutes(app, ports);
  app.get("/setup", (c) => health(c, ports));
  app.get("/health", (c) => health(c, ports));
  app.get("/openapi.json", async (c) => {
    const { default: openApi } = await import("./openapi.json", { with: { type: "json" } });
    return c.json(openApi);
  });
  app.all("/call", (c) => wrongMethod(c, "POST"));
  for (const path of ["/setup", "/health", "/openapi.json"]) app.all(path, (c) => wrongMethod(c, "GET"));
  app.notFound((c) => problem(c, { status: 404, code: "unknown_path", detail: "There is nothing at this path." }));
  app.onError((error, c) => {
    ports.log.failure("api.failed", error);
    const detail = "A part of the cloud did not answer; the call may not have been accepted.";
    return problem(c, { status: 503, code: "unavailable", detail, headers: { "retry-after": "5" } });
  });
  return app;
}

async function postCall(c: Context, ports: ApiPorts): Promise<Response> {
  const body = await readBody(c);
  if ("problem" in body) return reject(c, body.problem, ports);
  const fields = body.kind === "call" ? body.fields : body.top;
  const credential = await readCredential({ header: c.req.header("authorization"), fields }, ports);
  if ("problem" in credential) return reject(c, credential.problem, ports);
  const asked = { credential, key: c.req.header("idempotency-key"), content: body.text };
  const accepted =
    body.kind === "call"
      ? await acceptCall({ ...asked, fields: body.fields }, ports)
      : await acceptBatch({ ...asked, body }, ports);
  if ("problem" in accepted) return reject(c, accepted.problem, ports);
  const { answer, isReplayed } = accepted;
  const { statusKeys: keys } = ports;
  const watched =
    "tid" in answer ? ({ kind: "call", id: answer.tid } as const) : ({ kind: "batch", id: answer.batch_id } as const);
  const headers: Record<string, string> = isReplayed ? { "idempotent-replayed": "true" } : {};
  return c.json({ ...answer, status_url: statusUrl(c, { ...watched, keys }) }, 202, headers);
}

function reject(c: Context, rejection: Problem, { log }: ApiPorts): Response {
  const { status, code } = rejection;
  log.info({ event: "call.rejected", status, code });
  return problem(c, rejection);
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
