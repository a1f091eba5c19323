import { callIdOf } from "@promptcall/core/batch";
import { saidOf } from "@promptcall/core/call-length";
import { type DialWindow, dialWindowOf, planAcceptance } from "@promptcall/core/dialing/acceptance";
import type { Placed } from "@promptcall/core/idempotency";
import { type Keys, keyId } from "@promptcall/core/keys";
import { maskNumber } from "@promptcall/core/phone";
import { pinHash } from "@promptcall/core/pin";
import type { CallSpec } from "@promptcall/core/records/spec";
import { statusToken } from "@promptcall/core/status-token";
import type { Context } from "hono";
import { expiryMsOfJwt } from "../credential.ts";
import { ensureStep } from "../dialing/ensure-step.ts";
import { roomNow } from "../dialing/room-now.ts";
import type { Bus } from "../ports/bus.ts";
import type { Log } from "../ports/log.ts";
import type { Owners } from "../ports/owners.ts";
import type { Waiting } from "../ports/waiting.ts";
import { type Problem, problem } from "../problem.ts";
import { nameIds } from "../telemetry/ids.ts";
import { addressOf } from "./address.ts";
import { type AcceptedBatch, acceptedBatch } from "./batch-answer.ts";
import type { CredentialPorts } from "./credential.ts";
import { type IdempotencyPorts, type Undertaking, undertake } from "./idempotency.ts";
import { type QueueBatchPorts, type Queued, queueBatch } from "./queue-batch.ts";
import type { Row } from "./read-call.ts";
import { type Asked, readRequest } from "./read-request.ts";
import { refusalOf } from "./refusal.ts";

export interface PostCallPorts extends IdempotencyPorts, CredentialPorts, QueueBatchPorts {
  readonly owners: Owners;
  readonly waiting: Pick<Waiting, "add">;
  readonly bus: Bus;
  readonly log: Log;
  readonly pinKey: Uint8Array;
  readonly statusKeys: Keys;
  readonly verboseEvents: boolean;
}

/** Takes calls in. Each that the answer says is accepted ends in exactly one result. */
export async function postCall(c: Context, ports: PostCallPorts): Promise<Response> {
  const asked = await readRequest(c, ports);
  const accepted = "problem" in asked ? asked : await accept(asked, ports);
  if ("problem" in accepted) {
    const { status, code } = accepted.problem;
    ports.log.info({ event: "call.rejected", status, code });
    return problem(c, accepted.problem);
  }
  const { kind, id, answer, isReplayed } = accepted;
  const token = statusToken({ kind, id, key: ports.statusKeys[0] });
  const status_url = addressOf(c, `/${kind}/${id}?token=${token}`).href;
  return c.json({ ...answer, status_url }, 202, isReplayed ? { "idempotent-replayed": "true" } : {});
}

interface Accepted {
  readonly kind: "call" | "batch";
  readonly id: string;
  readonly answer: { readonly tid: string } | AcceptedBatch;
  readonly isReplayed: boolean;
}

async function accept(asked: Asked, ports: PostCallPorts): Promise<Accepted | { problem: Problem }> {
  const { calls, credential } = asked;
  const undertaking = await undertake({ ...asked, applicationId: credential.applicationId }, ports);
  if ("problem" in undertaking) return undertaking;
  const { id, isDone } = undertaking;
  try {
    const carriedOut = isDone ? undertaking : await carryOut({ asked, undertaking }, ports);
    if ("problem" in carriedOut) {
      await undertaking.letGo();
      return carriedOut;
    }
    const { kind } = calls;
    const answer = kind === "call" ? { tid: id } : acceptedBatch({ id, calls, placed: carriedOut.placed });
    return { kind, id, answer, isReplayed: isDone };
  } catch (error) {
    // Should this fail, too, whoever repeats the request waits for the lease.
    await undertaking.letGo().catch(() => {});
    throw error;
  }
}

/** Decides what becomes of the calls, remembers it, and has them dialed. All of it may be done again. */
async function carryOut(
  { asked: { calls, credential }, undertaking }: { asked: Asked; undertaking: Undertaking },
  ports: PostCallPorts,
): Promise<{ placed: Placed } | { problem: Problem }> {
  const { kind, rows, isAtomic, callbackUrl } = calls;
  const { id, acceptedAt } = undertaking;
  const { applicationId } = credential;
  const window = dialWindowOf(calls.timing, acceptedAt);
  const jwt = await credential.jwtFor({ ...window, said: rows.map(({ request }) => saidOf(request)) });
  const owner = await ports.owners.ownerOf(applicationId);
  const known = undertaking.placed
    ? { placed: undertaking.placed }
    : { nowMs: ports.clock.now().getTime(), loop: await ports.loops.read(owner) };
  const wanted = { kind, count: rows.length, isAtomic, window, credentialUntilMs: expiryMsOfJwt(jwt) };
  const plan = planAcceptance(wanted, known);
  if (plan.kind !== "accepted") return { problem: refusalOf(plan, wanted) };

  nameIds(kind === "call" ? { tid: id } : { batch_id: id });
  const { placed } = plan;
  await undertaking.place(placed);
  const specs = rows.slice(0, placed.fits).map((row, place) => {
    const batch = kind === "batch" ? { id, index: row.index } : undefined;
    const tid = batch ? callIdOf({ batchId: id, index: place }) : id;
    return specOf({ tid, row, applicationId, window, batch }, ports);
  });
  const queued = { id, specs, owner, window, jwt };
  if (kind === "call") await queueCall(queued, ports);
  else await queueBatch({ ...queued, ...plan, applicationId, callbackUrl }, ports);
  await undertaking.finish();
  if (kind === "call" && ports.verboseEvents) await announce(specs, ports);
  ports.log.info(kind === "call" ? { event: "call.accepted" } : { event: "batch.accepted", accepted: specs.length });
  return { placed };
}

function specOf(
  given: { tid: string; row: Row; applicationId: string; window: DialWindow; batch: CallSpec["batch"] | undefined },
  { pinKey }: Pick<PostCallPorts, "pinKey">,
): CallSpec {
  const { tid, applicationId, window, batch } = given;
  const { request } = given.row;
  const { to, from, pin_code: pin, machine_detection: detection, reference } = request;
  return {
    tid,
    applicationId,
    to,
    from,
    ...saidOf(request),
    pinHash: pinHash({ key: pinKey, tid, pin }),
    pinKeyId: keyId(pinKey),
    ...(detection !== "off" && { machineDetection: detection }),
    callback: { url: request.callback, method: request.callback_method },
    acceptedAt: window.acceptedAt,
    expiresAt: window.expiresAt,
    ...(batch !== undefined && { batch }),
    ...(reference !== undefined && { reference }),
  };
}

/**
 * Has one call dialed: at once, where nothing waits before it and the carrier's second has room; else it waits in its
 * owner's loop.
 */
async function queueCall({ id: tid, specs, owner, window, jwt }: Queued, ports: PostCallPorts): Promise<void> {
  const sealedCredential = await ports.seal.seal(jwt, tid);
  const dialsAtMs = window.isAhead
    ? undefined
    : await roomNow({ owner, meanwhile: () => ports.calls.add(specs) }, ports);
  if (dialsAtMs !== undefined) {
    const at = new Date(dialsAtMs).toISOString();
    await ports.dial.send({ v: 1, type: "dial", tid, sealed_credential: sealedCredential, owner, at });
    return;
  }
  await ports.calls.add(specs);
  await ports.waiting.add(owner, { tid, notBeforeMs: window.startMs, sealedCredential });
  await ensureStep({ owner, atMs: window.startMs, arrives: true }, ports);
}

/** The call is queued and will be made: whatever happens to the news of it, the customer must not send it again. */
async function announce(specs: readonly CallSpec[], { bus, chance, log }: PostCallPorts): Promise<void> {
  const events = specs.map(({ tid, applicationId, acceptedAt, to }) => {
    const metadata = { id: chance.id(), version: 1 as const, tid, application_id: applicationId, time: acceptedAt };
    return { type: "call.accepted" as const, metadata, data: { to: maskNumber(to) } };
  });
  try {
    await bus.publish(events);
  } catch (error) {
    log.failure("call.accepted.unpublished", error);
  }
}
