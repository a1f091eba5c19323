import { Hono } from "hono";
import { parseJson } from "./answer.ts";
import { callDetail } from "./call.ts";
import { callRequestSchema, callUpdateSchema, numberAsked } from "./call-request.ts";
import type { Exchange } from "./exchange.ts";
import type { Authenticate } from "./jwt.ts";
import {
  invalidParameters,
  notFoundProblem,
  notNowProblem,
  throttledProblem,
  unauthorizedProblem,
  validationProblem,
} from "./problems.ts";
import type { Requests } from "./requests.ts";

export interface AppParts {
  readonly exchange: Exchange;
  readonly requests: Requests;
  readonly authenticate: Authenticate;
  readonly admits: (applicationId: string) => boolean;
  readonly newTraceId: () => string;
}

interface Env {
  Variables: { traceId: string; applicationId: string };
}

export function createApp({ exchange, requests, authenticate, admits, newTraceId }: AppParts): Hono<Env> {
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    c.set("traceId", newTraceId());
    c.header("x-nexmo-trace-id", c.var.traceId);
    await next();
  });

  app.use("/v1/*", async (c, next) => {
    const applicationId = await authenticate(c.req.header("authorization"));
    if (!applicationId) return c.json(unauthorizedProblem(c.var.traceId), 401);
    c.set("applicationId", applicationId);
    return next();
  });

  app.use("/v1/calls", async (c, next) => {
    await next();
    const number = numberAsked(parseJson(await c.req.text()));
    if (c.req.method === "POST" && number !== undefined) requests.count(number, c.res.status);
  });

  app.post("/v1/calls", async (c) => {
    if (!admits(c.var.applicationId)) return c.json(throttledProblem(c.var.traceId), 429);
    const request = callRequestSchema.safeParse(parseJson(await c.req.text()));
    if (!request.success) return c.json(validationProblem(invalidParameters(request.error)), 400);
    const call = exchange.place(request.data, c.var.applicationId);
    return c.json(
      { uuid: call.uuid, status: "started", direction: "outbound", conversation_uuid: call.conversationUuid },
      201,
    );
  });

  app.get("/v1/calls/:uuid", (c) => {
    const line = exchange.find(c.req.param("uuid"), c.var.applicationId);
    return line ? c.json(callDetail(line.call)) : c.json(notFoundProblem(c.var.traceId), 404);
  });

  app.put("/v1/calls/:uuid", async (c) => {
    const line = exchange.find(c.req.param("uuid"), c.var.applicationId);
    if (!line) return c.json(notFoundProblem(c.var.traceId), 404);
    const update = callUpdateSchema.safeParse(parseJson(await c.req.text()));
    if (!update.success) return c.json(validationProblem(invalidParameters(update.error)), 400);
    return line.life.update(update.data) ? c.body(null, 204) : c.json(notNowProblem, 400);
  });

  app.get("/sim/calls", (c) => c.json(exchange.calls()));
  app.get("/sim/requests", (c) => c.json(requests.tally()));

  app.notFound((c) => c.json(notFoundProblem(c.var.traceId), 404));
  return app;
}
