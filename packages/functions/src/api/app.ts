import { accept } from "@promptcall/core/evolve";
import { keyId } from "@promptcall/core/keys";
import type { DialMessage } from "@promptcall/core/messages";
import { maskNumber } from "@promptcall/core/phone";
import { pinHash } from "@promptcall/core/pin";
import type { CallRequest } from "@promptcall/core/request";
import type { CallSpec } from "@promptcall/core/spec";
import { type Context, Hono } from "hono";
import type { Log } from "../adapters/log.ts";
import type { Bus, CallStore, Chance, Clock, Queue, Seal } from "../ports.ts";
import { type Problem, problem } from "../problem.ts";
import { readCredential } from "./credential.ts";
import { openApiDocument } from "./openapi.ts";
import { readBody } from "./read-body.ts";
import { readCallRequest } from "./read-call-request.ts";

export interface ApiPorts {
  readonly calls: Pick<CallStore, "create">;
  readonly dial: Queue<DialMessage>;
  readonly bus: Bus;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
  readonly pinKey: Uint8Array;
  /** How long a JWT minted here has to serve: until the deadline of a call that waits as long as one may. */
  readonly credentialSeconds: number;
  /** By name, something that answers when that part of the cloud does. */
  readonly parts: Readonly<Record<string, () => Promise<unknown>>>;
}

const ATTEMPTS_ALLOWED = 3;

export function apiApp(ports: ApiPorts): Hono {
  const app = new Hono();
  app.post("/call", (c) => postCall(c, ports));
  app.get("/setup", (c) => health(c, ports));
  app.get("/health", (c) => health(c, ports));
  app.get("/openapi.json", (c) => c.json(openApiDocument()));
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

/** Takes a call in: once this has answered 202, it ends in exactly one result. */
async function postCall(c: Context, ports: ApiPorts): Promise<Response> {
  const body = await readBody(c);
  if ("problem" in body) return reject(c, body.problem, ports);
  const credential = await readCredential({ header: c.req.header("authorization"), fields: body.fields }, ports);
  if ("problem" in credential) return reject(c, credential.problem, ports);
  const request = readCallRequest(body.fields, credential.errors);
  if ("problem" in request) return reject(c, request.problem, ports);

  const spec = specOf({ request, applicationId: credential.applicationId }, ports);
  const { tid, applicationId, attemptsAllowed, acceptedAt } = spec;
  const to = maskNumber(spec.to);
  await ports.calls.create({ spec, call: accept({ tid, applicationId, to, attemptsAllowed, acceptedAt }) });
  const sealed_credential = await ports.seal.seal(credential.jwt, tid);
  await ports.dial.send({ v: 1, type: "dial", tid, sealed_credential });
  await announce(spec, ports);
  ports.log.info({ event: "call.accepted", tid });
  return c.json({ tid }, 202);
}

function reject(c: Context, rejection: Problem, { log }: ApiPorts): Response {
  const { status, code } = rejection;
  log.info({ event: "call.rejected", status, code });
  return problem(c, rejection);
}

function specOf(
  { request, applicationId }: { request: CallRequest; applicationId: string },
  { chance, clock, pinKey }: ApiPorts,
): CallSpec {
  const tid = chance.id();
  const { to, from, text, pin_code: pin, bye_text: byeText, failed_text: failedText } = request;
  return {
    tid,
    applicationId,
    to,
    from,
    text,
    ...(byeText !== undefined && { byeText }),
    ...(failedText !== undefined && { failedText }),
    pinHash: pinHash({ key: pinKey, tid, pin }),
    pinKeyId: keyId(pinKey),
    pinLength: pin.length,
    attemptsAllowed: ATTEMPTS_ALLOWED,
    callback: { url: request.callback, method: request.callback_method },
    acceptedAt: clock.now().toISOString(),
  };
}

/** The call is queued and will be made: whatever happens to the news of it, the customer must not send it again. */
async function announce(spec: CallSpec, { bus, chance, log }: ApiPorts): Promise<void> {
  const { tid, applicationId: application_id, acceptedAt: time } = spec;
  const metadata = { id: chance.id(), version: 1 as const, tid, application_id, time };
  try {
    await bus.publish([{ type: "call.accepted", metadata, data: { to: maskNumber(spec.to) } }]);
  } catch (error) {
    log.failure("call.accepted.unpublished", error, { tid });
  }
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
