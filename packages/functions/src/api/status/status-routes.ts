import { outcomeFields } from "@promptcall/core/call/call";
import { type CancelPorts, cancelCall } from "../../calls/cancel-call.ts";
import { isUnrepeatable } from "../../calls/captured-digits.ts";
import { type ForgetPorts, forgetCall } from "../../calls/forget-call.ts";
import { type Answer, json } from "../../http/answer.ts";
import { mustBe, type Problem, problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Routes } from "../../http/routes.ts";
import type { BatchRecord } from "../../ports/batches.ts";
import type { Stored } from "../../ports/call-store.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";
import { type SendAgainPorts, sendAgain } from "../lists/send-again.ts";
import { type Access, type AccessPorts, accessTo, isFor, NOT_FOUND } from "../proof/access.ts";
import {
  type BatchChangeRequest,
  type BatchRoutesPorts,
  deleteBatch,
  pauseBatch,
  resumeBatch,
} from "./batch-routes.ts";
import { getResults } from "./get-results.ts";
import { batchStatus, callStatus } from "./status.ts";
import { untilOver, type WaitPorts, waitOf } from "./wait.ts";

export type StatusRoutesPorts = BatchRoutesPorts & AccessPorts & CancelPorts & ForgetPorts & SendAgainPorts & WaitPorts;

/**
 * Routes of calls and batches. To see and cancel them takes the token in the address, or the credential of their
 * application.
 */
export function addStatusRoutes(routes: Routes, ports: StatusRoutesPorts): void {
  routes.get("/call/:id", (request) => getCall(request, ports));
  routes.post("/call/:id/replay", (request) => replayCall(request, ports));
  routes.delete("/call/:id", (request) => deleteCall(request, ports));
  routes.get("/batch/:id", (request) => getBatch(request, ports));
  routes.get("/batch/:id/results", (request) => resultsOf(request, ports));
  routes.delete("/batch/:id", (request) => changeBatch(request, deleteBatch, ports));
  routes.post("/batch/:id/pause", (request) => changeBatch(request, pauseBatch, ports));
  routes.post("/batch/:id/resume", (request) => changeBatch(request, resumeBatch, ports));
}

async function getCall(request: HttpRequest, ports: StatusRoutesPorts): Promise<Answer> {
  const access = await accessTo(request, "call", ports);
  if ("problem" in access) return problem(request, access.problem);
  const seconds = waitOf(request);
  if (typeof seconds === "object") return problem(request, invalidRequest([seconds]));
  const { id: tid } = access;
  const look = () => callStatus({ tid, access }, ports);
  const status = await look();
  if (status === undefined) return problem(request, NOT_FOUND);
  const seen = status.state === "completed" || seconds === 0 ? undefined : await ports.calls.state(tid);
  if (seen === undefined) return json(status);
  const isOver = async () => (await ports.calls.state(tid))?.call.phase === "completed";
  await untilOver({ applicationId: seen.call.applicationId, seconds, isOver }, ports);
  return json((await look()) ?? status);
}

/** Delivers a result again, that was delivered or parked. */
async function replayCall(request: HttpRequest, ports: StatusRoutesPorts): Promise<Answer> {
  const access = await accessTo(request, "call", ports);
  if ("problem" in access) return problem(request, access.problem);
  const { id: tid } = access;
  const status = await callStatus({ tid, access }, ports);
  if (status === undefined) return problem(request, NOT_FOUND);
  const { callback } = status;
  if (callback.state === "none") {
    const detail = "The call was accepted without a callback: its result is sent to nobody, and stands here.";
    return problem(request, { status: 409, code: "no_callback", detail });
  }
  if (callback.state === "pending") {
    const detail = "The result has not been delivered or parked yet: there is nothing to repeat.";
    return problem(request, { status: 409, code: "result_is_pending", detail });
  }
  const known = (await ports.calls.find([tid])).get(tid);
  if (known !== undefined && (await isUnrepeatable({ spec: known.spec, call: known.stored.call }, ports))) {
    const detail =
      "Its digits were erased, and to a client of the deprecated API a result without them says another thing.";
    return problem(request, { status: 409, code: "result_is_erased", detail });
  }
  await sendAgain({ tid, attempts: callback.attempts }, ports);
  ports.log.info({ event: "callback.replayed", count: 1 });
  return json({ count: 1 }, { status: 202 });
}

/** What may be said of `forget`. Anything else is refused: to cancel a call is not what was asked for. */
const FORGET: Readonly<Record<string, boolean>> = { "": false, false: false, true: true };

/** Cancels a queued call; hangs up a live one, which needs the credential because none is stored. */
async function deleteCall(request: HttpRequest, ports: StatusRoutesPorts): Promise<Answer> {
  const access = await accessTo(request, "call", ports);
  if ("problem" in access) return problem(request, access.problem);
  const { id: tid } = access;
  const seen = await ports.calls.state(tid);
  if (seen === undefined || !isFor(access, seen.call)) return problem(request, NOT_FOUND);
  const forget = FORGET[request.url.searchParams.get("forget")?.trim() ?? ""];
  if (forget === undefined) return problem(request, invalidRequest([{ field: "forget", ...mustBe("true or false") }]));
  if (forget) return await deletePersonalData(request, { tid, seen }, ports);
  const credential = await credentialOf(access, ports);
  const { advanced, isHungUp } = await cancelCall({ seen, credential }, ports);
  const { call } = advanced;
  ports.log.info({ event: "call.cancelled", result: advanced.result, hung_up: isHungUp });
  if (call.phase === "completed") return json({ tid, state: call.phase, ...outcomeFields(call.outcome) });
  if (isHungUp) return json({ tid, state: call.phase, hung_up: true }, { status: 202 });
  const why = credential === undefined ? "Send its credential to have it hung up" : "The carrier did not hang it up";
  const isLast = call.retry === undefined ? "" : " It is not dialed again.";
  const detail = `The call was dialed and is not over. ${why}; its result comes when it ends.${isLast}`;
  return problem(request, { status: 409, code: "call_is_live", detail, more: { state: call.phase } });
}

async function deletePersonalData(
  request: HttpRequest,
  asked: { tid: string; seen: Stored },
  ports: StatusRoutesPorts,
): Promise<Answer> {
  const forgotten = await forgetCall(asked, ports);
  ports.log.info({ event: "call.forgotten", done: forgotten !== undefined });
  const { tid, seen } = asked;
  if (forgotten !== undefined)
    return json({ tid, state: forgotten.phase, ...outcomeFields(forgotten.outcome), forgotten: true });
  const detail = "The call is not over yet, and needs what it knows. Cancel it, or ask again when it is completed.";
  return problem(request, { status: 409, code: "not_completed", detail, more: { state: seen.call.phase } });
}

/** The batch that the address names, with what the request may do. */
async function batchAsked(
  request: HttpRequest,
  ports: StatusRoutesPorts,
): Promise<{ batch: BatchRecord; access: Access } | { problem: Problem }> {
  const access = await accessTo(request, "batch", ports);
  if ("problem" in access) return access;
  const batch = await ports.batches.find(access.id);
  return batch !== undefined && isFor(access, batch) ? { batch, access } : { problem: NOT_FOUND };
}

async function getBatch(request: HttpRequest, ports: StatusRoutesPorts): Promise<Answer> {
  const asked = await batchAsked(request, ports);
  if ("problem" in asked) return problem(request, asked.problem);
  const seconds = waitOf(request);
  if (typeof seconds === "object") return problem(request, invalidRequest([seconds]));
  const { id, applicationId, count } = asked.batch;
  const standing = await batchStatus(asked.batch, ports);
  if (standing.states.completed === count || seconds === 0) return json(standing);
  const isOver = async () => (await ports.lists.finishedOf(id)).completed === count;
  await untilOver({ applicationId, seconds, isOver, longestPauseMs: pauseOf(count) }, ports);
  return json(await batchStatus((await ports.batches.find(id)) ?? asked.batch, ports));
}

/** A look reads the list of what is completed. */
const pauseOf = (count: number) => Math.max(2_000, count / 2);

async function resultsOf(request: HttpRequest, ports: StatusRoutesPorts): Promise<Answer> {
  const asked = await batchAsked(request, ports);
  return "problem" in asked ? problem(request, asked.problem) : await getResults(request, asked.batch, ports);
}

type BatchChange = (asked: BatchChangeRequest, ports: StatusRoutesPorts) => Promise<Answer>;

async function changeBatch(request: HttpRequest, change: BatchChange, ports: StatusRoutesPorts): Promise<Answer> {
  const asked = await batchAsked(request, ports);
  if ("problem" in asked) return problem(request, asked.problem);
  const { batch, access } = asked;
  return await change({ request, batch, credential: await credentialOf(access, ports) }, ports);
}

/** The JWT that came with the request, to hang up by. */
async function credentialOf({ proven }: Access, { clock }: StatusRoutesPorts): Promise<string | undefined> {
  const startMs = clock.now().getTime();
  return await proven?.jwtFor({ startMs, expiresAt: new Date(startMs).toISOString(), spoken: [] });
}
