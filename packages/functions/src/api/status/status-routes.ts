import { outcomeFields } from "@promptcall/core/call/call";
import type { Keys } from "@promptcall/core/security/keys";
import { isStatusToken, type StatusSubject } from "@promptcall/core/security/status-token";
import type { Context, Hono } from "hono";
import { type CancelPorts, cancelCall } from "../../calls/cancel-call.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { BatchRecord } from "../../ports/batches.ts";
import { nameIds } from "../../telemetry/ids.ts";
import { type CredentialPorts, readCredential } from "../acceptance/credential.ts";
import { type BatchRoutesPorts, deleteBatch, pauseBatch, resumeBatch } from "./batch-routes.ts";
import { getResults } from "./get-results.ts";
import { batchStatus, callStatus } from "./status.ts";

export type StatusRoutesPorts = BatchRoutesPorts &
  CredentialPorts &
  CancelPorts & {
    readonly statusKeys: Keys;
  };

/** Routes of calls and batches. The token in the address is the only permission needed to see and cancel them. */
export function addStatusRoutes(app: Hono, ports: StatusRoutesPorts): void {
  app.get("/call/:id", (c) => getCall(c, ports));
  app.delete("/call/:id", (c) => deleteCall(c, ports));
  app.get("/batch/:id", (c) => getBatch(c, ports));
  app.get("/batch/:id/results", (c) => resultsOf(c, ports));
  app.delete("/batch/:id", (c) => changeBatch(c, deleteBatch, ports));
  app.post("/batch/:id/pause", (c) => changeBatch(c, pauseBatch, ports));
  app.post("/batch/:id/resume", (c) => changeBatch(c, resumeBatch, ports));
}

const NOT_FOUND: Problem = {
  status: 404,
  code: "not_found",
  detail: "There is nothing at this address. An address from a 202 has a token, and works for 30 days.",
};

/** What the address names, if its token was given for that. */
function knownId(c: Context, kind: StatusSubject["kind"], { statusKeys: keys }: StatusRoutesPorts): string | undefined {
  const id = c.req.param("id") ?? "";
  if (!isStatusToken({ kind, id, token: c.req.query("token") ?? "", keys })) return undefined;
  nameIds(kind === "call" ? { tid: id } : { batch_id: id });
  return id;
}

async function knownBatch(c: Context, ports: StatusRoutesPorts): Promise<BatchRecord | undefined> {
  const id = knownId(c, "batch", ports);
  return id === undefined ? undefined : await ports.batches.find(id);
}

async function getCall(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const tid = knownId(c, "call", ports);
  const status = tid === undefined ? undefined : await callStatus(tid, ports);
  return status ? c.json(status) : problem(c, NOT_FOUND);
}

/** Cancels a queued call; hangs up a live one, which needs the credential because none is stored. */
async function deleteCall(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const tid = knownId(c, "call", ports);
  if (tid === undefined) return problem(c, NOT_FOUND);
  const credential = await credentialOf(c, ports);
  if (typeof credential === "object") return problem(c, credential.problem);
  const cancelled = await cancelCall({ tid, credential }, ports);
  if (cancelled === undefined) return problem(c, NOT_FOUND);
  const { advanced, isHungUp } = cancelled;
  const { call } = advanced;
  ports.log.info({ event: "call.cancelled", result: advanced.result, hung_up: isHungUp });
  if (call.phase === "completed") return c.json({ tid, state: call.phase, ...outcomeFields(call.outcome) });
  if (isHungUp) return c.json({ tid, state: call.phase, hung_up: true }, 202);
  const why = credential === undefined ? "Send its credential to have it hung up" : "The carrier did not hang it up";
  const detail = `The call was dialed and is not over. ${why}; its result comes when it ends.`;
  return problem(c, { status: 409, code: "call_is_live", detail, more: { state: call.phase } });
}

async function getBatch(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const batch = await knownBatch(c, ports);
  return batch ? c.json(await batchStatus(batch, ports)) : problem(c, NOT_FOUND);
}

async function resultsOf(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const batch = await knownBatch(c, ports);
  return batch ? await getResults(c, batch, ports) : problem(c, NOT_FOUND);
}

type BatchChange = (
  c: Context,
  asked: { batch: BatchRecord; credential: string | undefined },
  ports: StatusRoutesPorts,
) => Promise<Response>;

async function changeBatch(c: Context, change: BatchChange, ports: StatusRoutesPorts): Promise<Response> {
  const batch = await knownBatch(c, ports);
  if (batch === undefined) return problem(c, NOT_FOUND);
  const credential = await credentialOf(c, ports);
  if (typeof credential === "object") return problem(c, credential.problem);
  return await change(c, { batch, credential }, ports);
}

async function credentialOf(c: Context, ports: StatusRoutesPorts): Promise<string | undefined | { problem: Problem }> {
  const header = c.req.header("authorization");
  if (header === undefined) return undefined;
  const credential = await readCredential({ header, fields: {} }, ports);
  if ("problem" in credential) return credential;
  const startMs = ports.clock.now().getTime();
  return await credential.jwtFor({ startMs, expiresAt: new Date(startMs).toISOString(), spoken: [] });
}
