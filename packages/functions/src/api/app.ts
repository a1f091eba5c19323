import type { ApiKeyHashes } from "@promptcall/core/security/api-key";
import { type Answer, json } from "../http/answer.ts";
import { problem } from "../http/problem.ts";
import { type HttpEvent, type HttpRequest, readHttpRequest } from "../http/request.ts";
import { Routes } from "../http/routes.ts";
import { withIds } from "../telemetry/ids.ts";
import { type PostCallPorts, postCall } from "./acceptance/post-call.ts";
import { type ApplicationRoutesPorts, addApplicationRoutes } from "./application/application-routes.ts";
import { DOCUMENTS, isDocument } from "./documents.ts";
import { addListRoutes, type ListRoutesPorts } from "./lists/list-routes.ts";
import type { OldDoorPorts } from "./old-door/old-door.ts";
import { addOldDoorRoutes } from "./old-door/old-door-routes.ts";
import { INVALID_API_KEY, isAllowed } from "./require-api-key.ts";
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

/** The HTTP interface. Every request is handled, and answered, under the id that its caller sees. */
export function apiApp(ports: ApiPorts) {
  const routes = routesOf(ports);
  return async (event: HttpEvent): Promise<Answer> => {
    const { requestId } = event.requestContext;
    const { headers, ...answer } = await withIds({ request_id: requestId }, () => answered(event, routes, ports));
    const id = requestId === undefined ? {} : { "x-request-id": requestId };
    return { ...answer, headers: { ...headers, ...keptByNobody(event), ...id } };
  };
}

function routesOf(ports: ApiPorts): Routes {
  const routes = new Routes();
  routes.post("/call", (request) => postCall(request, ports));
  addStatusRoutes(routes, ports);
  addListRoutes(routes, ports);
  addApplicationRoutes(routes, ports);
  addOldDoorRoutes(routes, ports);
  routes.get("/setup", (request) => health(request, ports));
  routes.get("/health", (request) => health(request, ports));
  for (const [path, load] of Object.entries(DOCUMENTS)) routes.get(path, async () => json((await load()).default));
  routes.all("/call", (request) => wrongMethod(request, "POST"));
  routes.all("/application", (request) => wrongMethod(request, "GET, PUT"));
  routes.all("/calls/replay", (request) => wrongMethod(request, "POST"));
  for (const path of ["/calls", "/batches", "/setup", "/health", ...Object.keys(DOCUMENTS)])
    routes.all(path, (request) => wrongMethod(request, "GET"));
  return routes;
}

async function answered(event: HttpEvent, routes: Routes, { apiKeys, log }: ApiPorts): Promise<Answer> {
  const { requestContext } = event;
  try {
    const request = readHttpRequest(event);
    if (!isAllowed(request, apiKeys)) return problem(request, INVALID_API_KEY);
    const nothing = { status: 404, code: "unknown_path", detail: "There is nothing at this path." } as const;
    return (await routes.answer(request)) ?? problem(request, nothing);
  } catch (error) {
    log.failure("api.failed", error);
    const detail = "A part of the cloud did not answer; the call may not have been accepted.";
    const headers = { "retry-after": "5" };
    return problem(requestContext, { status: 503, code: "unavailable", detail, headers });
  }
}

/** What is answered is for whoever asked, and is nothing but what it says that it is. Documents are for all. */
function keptByNobody({ rawPath }: HttpEvent): Readonly<Record<string, string>> {
  const isWhatItSays = { "x-content-type-options": "nosniff" };
  return isDocument(rawPath) ? isWhatItSays : { ...isWhatItSays, "cache-control": "no-store" };
}

async function health(request: HttpRequest, { parts, log }: ApiPorts): Promise<Answer> {
  const names = Object.keys(parts);
  const answers = await Promise.allSettled(names.map((name) => parts[name]?.()));
  const silent = names.filter((name, index) => {
    const answer = answers[index];
    if (answer?.status === "rejected") log.failure("health.failed", answer.reason, { part: name });
    return answer?.status === "rejected";
  });
  if (silent.length === 0) return json({ result: "ok" });
  return problem(request, { status: 503, code: "unhealthy", detail: `These do not answer: ${silent.join(", ")}.` });
}

function wrongMethod(request: HttpRequest, allowed: string): Answer {
  const detail = `Use ${allowed} here.`;
  return problem(request, { status: 405, code: "wrong_method", detail, headers: { allow: allowed } });
}
