import type { Context, Next } from "hono";
import { Hono } from "hono";
import { parseJson } from "../calls/answer.ts";
import { callDetail } from "../calls/call.ts";
import type { CallRegistry } from "../calls/call-registry.ts";
import { callRequestSchema, callUpdateSchema, numberAsked } from "../definition/call-request.ts";
import { type Applications, applicationSchema } from "./applications.ts";
import type { Authenticate } from "./jwt.ts";
import {
  badRequestProblem,
  forbiddenProblem,
  type InvalidParameter,
  invalidParameters,
  methodProblem,
  notFoundProblem,
  serverProblem,
  throttledProblem,
  unauthorizedProblem,
  validationProblem,
} from "./problems.ts";
import type { Requests } from "./requests.ts";

export interface AppParts {
  readonly registry: CallRegistry;
  readonly requests: Requests;
  readonly applications: Applications;
  readonly authenticate: Authenticate;
  /** Per account: whether one more request is within the rate limit. */
  readonly admits: Readonly<Record<"call" | "other", (account: string) => boolean>>;
  readonly newTraceId: () => string;
}

interface Env {
  Variables: { traceId: string; applicationId: string };
}

/** A call lives in one region: by the address of another it is not there. */
const IN_REGION = "/regions/:region{(na|eu|apac)-[a-z]+}";
const everywhere = (path: string) => [path, `${IN_REGION}${path}`];

const regionOf = (c: Context) => c.req.param("region");

export function createApp(parts: AppParts): Hono<Env> {
  const { registry, requests, applications, newTraceId } = parts;
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    c.set("traceId", newTraceId());
    c.header("x-nexmo-trace-id", c.var.traceId);
    await next();
  });

  app.on("GET", everywhere("/v1/calls/ping"), (c) => c.body(null, 200));
  app.on("POST", everywhere("/v1/calls"), async (c, next) => {
    await next();
    const number = numberAsked(parseJson(await c.req.text()));
    if (number !== undefined) requests.count(number, c.res.status);
  });
  app.on("GET", everywhere("/v1/calls/:uuid"), async (c, next) => {
    await next();
    requests.countLookup(c.res.status);
  });
  for (const path of everywhere("/v1/*")) app.use(path, (c, next) => admit(c, next, parts));

  app.on("POST", everywhere("/v1/calls"), async (c) => {
    const { applicationId } = c.var;
    const request = callRequestSchema.safeParse(parseJson(await c.req.text()));
    if (!request.success) return invalid(c, invalidParameters(request.error));
    const { eventUrl, fallbackAnswerUrl, signature } = applications.settings(applicationId);
    const eventUrls = request.data.event_url ?? (eventUrl === undefined ? undefined : ([eventUrl] as [string]));
    if (!eventUrls) return invalid(c, [{ reason: "is required unless the application has one", name: "event_url" }]);
    const { uuid, conversationUuid } = registry.place(
      { ...request.data, event_url: eventUrls },
      { applicationId, fallbackAnswerUrl, signature, region: regionOf(c) },
    );
    return c.json({ uuid, status: "started", direction: "outbound", conversation_uuid: conversationUuid }, 201);
  });
  app.on(["PUT", "DELETE"], everywhere("/v1/calls"), (c) => c.json(methodProblem, 405));
  app.on("PATCH", everywhere("/v1/calls"), (c) => c.json(forbiddenProblem, 403));

  app.on("GET", everywhere("/v1/calls/:uuid"), (c) => {
    const found = registry.find({
      uuid: c.req.param("uuid") ?? "",
      region: regionOf(c),
      applicationId: c.var.applicationId,
    });
    return found ? c.json(callDetail(found.call)) : c.json(notFoundProblem, 404);
  });

  app.on("PUT", everywhere("/v1/calls/:uuid"), async (c) => {
    const found = registry.find({
      uuid: c.req.param("uuid") ?? "",
      region: regionOf(c),
      applicationId: c.var.applicationId,
    });
    if (!found) return c.json(notFoundProblem, 404);
    const update = callUpdateSchema.safeParse(parseJson(await c.req.text()));
    if (!update.success) return invalid(c, invalidParameters(update.error));
    return found.session.update(update.data) ? c.body(null, 204) : c.json(badRequestProblem, 400);
  });

  app.get("/sim/calls", (c) => c.json(registry.calls()));
  app.get("/sim/requests", (c) => c.json(requests.tally()));
  app.get("/sim/lookups", (c) => c.json(requests.lookups()));
  app.put("/sim/applications/:id", async (c) => {
    const body = await c.req.text();
    // A public key by itself, as a file has it, is a whole body.
    const given = body.trimStart().startsWith("-----BEGIN") ? { public_key: body } : parseJson(body);
    const settings = applicationSchema.safeParse(given);
    if (!settings.success) return invalid(c, invalidParameters(settings.error));
    await applications.set(c.req.param("id"), settings.data);
    return c.body(null, 204);
  });

  app.notFound((c) => c.json(notFoundProblem, 404));
  app.onError((_error, c) => c.json(serverProblem, 500));
  return app;
}

/** Authenticates a request and applies the rate limits. */
async function admit(c: Context<Env>, next: Next, { authenticate, applications, admits }: AppParts) {
  const { method } = c.req;
  const path = c.req.path.replace(/^\/regions\/[^/]+/, "");
  const applicationId = await authenticate({ authorization: c.req.header("authorization"), method, path });
  if (!applicationId) return c.json(unauthorizedProblem, 401);
  c.set("applicationId", applicationId);
  const withinRate = method === "POST" ? admits.call : admits.other;
  if (!withinRate(applications.account(applicationId))) return c.json(throttledProblem(c.var.traceId), 429);
  return next();
}

function invalid(c: Context, parameters: readonly InvalidParameter[]) {
  return c.json(validationProblem(parameters), 400);
}
