import { CALLBACK_STATES } from "@promptcall/core/contracts/records/callback";
import { CallSchema } from "@promptcall/core/contracts/records/state";
import type { Keys } from "@promptcall/core/security/keys";
import { type Answer, json } from "../../http/answer.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Routes } from "../../http/routes.ts";
import type { Log } from "../../ports/log.ts";
import { type AccessPorts, provenHeader } from "../proof/access.ts";
import type { Proven } from "../proof/prove.ts";
import { type FindBatchesPorts, findBatches } from "./find-batches.ts";
import { type CALL_FILTERS, type CallFilter, type FindCallsPorts, findCalls } from "./find-calls.ts";
import { type Asked, listQuery, queryOf, type Words } from "./list-query.ts";
import { cursorOf, pageAnswer } from "./page.ts";
import { provenBody } from "./proven-body.ts";
import { type SendAgainPorts, sendAgain } from "./send-again.ts";

export type ListRoutesPorts = AccessPorts &
  FindCallsPorts &
  FindBatchesPorts &
  SendAgainPorts & { readonly statusKeys: Keys; readonly log: Log };

const ANY: readonly string[] = [];

const CALLS: Words<(typeof CALL_FILTERS)[number]> = {
  state: CallSchema.def.options.flatMap(({ shape }) => [...shape.phase.def.values]),
  status: ["ok", "failed", "error"],
  reason: ANY,
  reference: ANY,
  to: ANY,
  batch_id: ANY,
  callback_state: CALLBACK_STATES,
};
const BATCHES: Words<"state"> = { state: ["waiting", "running", "paused", "cancelled", "completed"] };

const { callback_state: _, ...OF_PARKED } = CALLS;
const PARKED: Words<Exclude<CallFilter, "callback_state">> = { ...OF_PARKED, receiver: ANY };

/** Lists of what an application was accepted. They take its credential, and show nothing of others. */
export function addListRoutes(routes: Routes, ports: ListRoutesPorts): void {
  routes.get("/calls", async (request) => {
    const asked = await askedOf(request, { list: "calls", words: CALLS }, ports);
    if ("problem" in asked) return problem(request, asked.problem);
    return pageAnswer(request, await findCalls(asked, ports), { ...asked, keys: ports.statusKeys });
  });
  routes.get("/batches", async (request) => {
    const asked = await askedOf(request, { list: "batches", words: BATCHES }, ports);
    if ("problem" in asked) return problem(request, asked.problem);
    return pageAnswer(request, await findBatches(asked, ports), { ...asked, keys: ports.statusKeys });
  });
  routes.post("/calls/replay", (request) => replayParked(request, ports));
}

/** Sends parked results again: those among the calls that one page looks at. */
async function replayParked(request: HttpRequest, ports: ListRoutesPorts): Promise<Answer> {
  const body = await provenBody(request, { types: ["application/json", "application/x-www-form-urlencoded"] }, ports);
  if ("problem" in body) return problem(request, body.problem);
  const { applicationId } = body.proven;
  const fields = { ...queryOf(request), ...body.fields };
  const query = listQuery(fields, { list: "replay", words: PARKED, keys: ports.statusKeys, applicationId });
  if ("problem" in query) return problem(request, query.problem);
  const asked = { ...query, applicationId };
  const filters = { ...asked.filters, callback_state: new Set(["parked"]) };
  const { data, next } = await findCalls({ ...asked, filters }, ports);
  await Promise.all(data.map(({ tid, callback }) => sendAgain({ tid, attempts: callback.attempts }, ports)));
  ports.log.info({ event: "callback.replayed", count: data.length });
  const next_cursor = cursorOf({ next }, { ...asked, keys: ports.statusKeys });
  return json({ count: data.length, ...(next_cursor !== undefined && { next_cursor }) }, { status: 202 });
}

async function askedOf<Filter extends string>(
  request: HttpRequest,
  { list, words }: { list: string; words: Words<Filter> },
  ports: ListRoutesPorts,
): Promise<(Asked<Filter> & { readonly applicationId: string }) | { problem: Problem }> {
  const proven = await provenCaller(request, ports);
  if ("problem" in proven) return proven;
  const { applicationId } = proven;
  const asked = listQuery(queryOf(request), { list, words, keys: ports.statusKeys, applicationId });
  return "problem" in asked ? asked : { ...asked, applicationId };
}

/** A list has no token: only a credential says whose it is. */
export async function provenCaller(request: HttpRequest, ports: AccessPorts): Promise<Proven | { problem: Problem }> {
  return (await provenHeader(request, ports)) ?? { problem: MISSING };
}

const MISSING: Problem = {
  status: 401,
  code: "missing_credential",
  detail: "Send Authorization: Bearer <Vonage JWT>: what is here belongs to one application.",
  headers: { "www-authenticate": "Bearer" },
};
