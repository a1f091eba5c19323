import { outcomeFields } from "@promptcall/core/call/call";
import type { Context, Hono } from "hono";
import { type CancelPorts, cancelCall } from "../../calls/cancel-call.ts";
import { isUnrepeatable } from "../../calls/captured-digits.ts";
import { type ForgetPorts, forgetCall } from "../../calls/forget-call.ts";
import { mustBe, problem } from "../../http/problem.ts";
import type { BatchRecord } from "../../ports/batches.ts";
import type { Stored } from "../../ports/call-store.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";
import { type SendAgainPorts, sendAgain } from "../lists/send-again.ts";
import { type Access, type AccessPorts, accessTo, isFor, NOT_FOUND } from "../proof/access.ts";
import { type BatchRoutesPorts, deleteBatch, pauseBatch, resumeBatch } from "./batch-routes.ts";
import { getResults } from "./get-results.ts";
import { batchStatus, callStatus } from "./status.ts";
import { untilOver, type WaitPorts, waitOf } from "./wait.ts";

export type StatusRoutesPorts = BatchRoutesPorts & AccessPorts & CancelPorts & ForgetPorts & SendAgainPorts & WaitPorts;

/**
 * Routes of calls and batches. To see and cancel them takes the token in the address, or the credential of their
 * application.
 */
export function addStatusRoutes(app: Hono, ports: StatusRoutesPorts): void {
  app.get("/call/:id", (c) => getCall(c, ports));
  app.post("/call/:id/replay", (c) => replayCall(c, ports));
  app.delete("/call/:id", (c) => deleteCall(c, ports));
  app.get("/batch/:id", (c) => getBatch(c, ports));
  app.get("/batch/:id/results", (c) => resultsOf(c, ports));
  app.delete("/batch/:id", (c) => changeBatch(c, deleteBatch, ports));
  app.post("/batch/:id/pause", (c) => changeBatch(c, pauseBatch, ports));
  app.post("/batch/:id/resume", (c) => changeBatch(c, resumeBatch, ports));
}

async function getCall(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const access = await accessTo(c, "call", ports);
  if ("problem" in access) return problem(c, access.problem);
  const seconds = waitOf(c);
  if (typeof seconds === "object") return problem(c, invalidRequest([seconds]));
  const { id: tid } = access;
  const look = () => callStatus({ tid, access }, ports);
  const status = await look();
  if (status === undefined) return problem(c, NOT_FOUND);
  const seen = status.state === "completed" || seconds === 0 ? undefined : await ports.calls.state(tid);
  if (seen === undefined) return c.json(status);
  const isOver = async () => (await ports.calls.state(tid))?.call.phase === "completed";
  const { signal } = c.req.raw;
  await untilOver({ applicationId: seen.call.applicationId, seconds, isOver, signal }, ports);
  return c.json((await look()) ?? status);
}

/** Delivers a result again, that was delivered or parked. */
async function replayCall(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const access = await accessTo(c, "call", ports);
  if ("problem" in access) return problem(c, access.problem);
  const { id: tid } = access;
  const status = await callStatus({ tid, access }, ports);
  if (status === undefined) return problem(c, NOT_FOUND);
  const { callback } = status;
  if (callback.state === "none") {
    const detail = "The call was accepted without a callback: its result is sent to nobody, and stands here.";
    return problem(c, { status: 409, code: "no_callback", detail });
  }
  if (callback.state === "pending") {
    const detail = "The result has not been delivered or parked yet: there is nothing to repeat.";
    return problem(c, { status: 409, code: "result_is_pending", detail });
  }
  const known = (await ports.calls.find([tid])).get(tid);
  if (known !== undefined && (await isUnrepeatable({ spec: known.spec, call: known.stored.call }, ports))) {
    const detail =
      "Its digits were erased, and to a client of the deprecated API a result without them says another thing.";
    return problem(c, { status: 409, code: "result_is_erased", detail });
  }
  await sendAgain({ tid, attempts: callback.attempts }, ports);
  ports.log.info({ event: "callback.replayed", count: 1 });
  return c.json({ count: 1 }, 202);
}

/** What may be said of `forget`. Anything else is refused: to cancel a call is not what was asked for. */
const FORGET: Readonly<Record<string, boolean>> = { "": false, false: false, true: true };

/** Cancels a queued call; hangs up a live one, which needs the credential because none is stored. */
async function deleteCall(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const access = await accessTo(c, "call", ports);
  if ("problem" in access) return problem(c, access.problem);
  const { id: tid } = access;
  const seen = await ports.calls.state(tid);
  if (seen === undefined || !isFor(access, seen.call)) return problem(c, NOT_FOUND);
  const forget = FORGET[c.req.query("forget")?.trim() ?? ""];
  if (forget === undefined) return problem(c, invalidRequest([{ field: "forget", ...mustBe("true or false") }]));
  if (forget) return await deletePersonalData(c, { tid, seen }, ports);
  const credential = await credentialOf(access, ports);
  const { advanced, isHungUp } = await cancelCall({ seen, credential }, ports);
  const { call } = advanced;
  ports.log.info({ event: "call.cancelled", result: advanced.result, hung_up: isHungUp });
  if (call.phase === "completed") return c.json({ tid, state: call.phase, ...outcomeFields(call.outcome) });
  if (isHungUp) return c.json({ tid, state: call.phase, hung_up: true }, 202);
  const why = credential === undefined ? "Send its credential to have it hung up" : "The carrier did not hang it up";
  const isLast = call.retry === undefined ? "" : " It is not dialed again.";
  const detail = `The call was dialed and is not over. ${why}; its result comes when it ends.${isLast}`;
  return problem(c, { status: 409, code: "call_is_live", detail, more: { state: call.phase } });
}

async function deletePersonalData(
  c: Context,
  asked: { tid: string; seen: Stored },
  ports: StatusRoutesPorts,
): Promise<Response> {
  const forgotten = await forgetCall(asked, ports);
  ports.log.info({ event: "call.forgotten", done: forgotten !== undefined });
  const { tid, seen } = asked;
  if (forgotten !== undefined)
    return c.json({ tid, state: forgotten.phase, ...outcomeFields(forgotten.outcome), forgotten: true });
  const detail = "The call is not over yet, and needs what it knows. Cancel it, or ask again when it is completed.";
  return problem(c, { status: 409, code: "not_completed", detail, more: { state: seen.call.phase } });
}

/** The batch that the address names, with what the request may do. */
async function batchAsked(
  c: Context,
  ports: StatusRoutesPorts,
): Promise<{ batch: BatchRecord; access: Access } | Response> {
  const access = await accessTo(c, "batch", ports);
  if ("problem" in access) return problem(c, access.problem);
  const batch = await ports.batches.find(access.id);
  return batch !== undefined && isFor(access, batch) ? { batch, access } : problem(c, NOT_FOUND);
}

async function getBatch(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const asked = await batchAsked(c, ports);
  if (asked instanceof Response) return asked;
  const seconds = waitOf(c);
  if (typeof seconds === "object") return problem(c, invalidRequest([seconds]));
  const { id, applicationId, count } = asked.batch;
  const standing = await batchStatus(asked.batch, ports);
  if (standing.states.completed === count || seconds === 0) return c.json(standing);
  const isOver = async () => (await ports.lists.finishedOf(id)).completed === count;
  const { signal } = c.req.raw;
  await untilOver({ applicationId, seconds, isOver, longestPauseMs: pauseOf(count), signal }, ports);
  return c.json(await batchStatus((await ports.batches.find(id)) ?? asked.batch, ports));
}

/** A look reads the list of what is completed. */
const pauseOf = (count: number) => Math.max(2_000, count / 2);

async function resultsOf(c: Context, ports: StatusRoutesPorts): Promise<Response> {
  const asked = await batchAsked(c, ports);
  return asked instanceof Response ? asked : await getResults(c, asked.batch, ports);
}

type BatchChange = (
  c: Context,
  asked: { batch: BatchRecord; credential: string | undefined },
  ports: StatusRoutesPorts,
) => Promise<Response>;

async function changeBatch(c: Context, change: BatchChange, ports: StatusRoutesPorts): Promise<Response> {
  const asked = await batchAsked(c, ports);
  if (asked instanceof Response) return asked;
  const { batch, access } = asked;
  return await change(c, { batch, credential: await credentialOf(access, ports) }, ports);
}

/** The JWT that came with the request, to hang up by. */
async function credentialOf({ proven }: Access, { clock }: StatusRoutesPorts): Promise<string | undefined> {
  const startMs = clock.now().getTime();
  return await proven?.jwtFor({ startMs, expiresAt: new Date(startMs).toISOString(), spoken: [] });
}
