import { type DialWindow, dialWindowOf, planAcceptance } from "@promptcall/core/acceptance/acceptance";
import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import { callIdOf } from "@promptcall/core/call/batch";
import { spokenPartsOf } from "@promptcall/core/call/call-length";
import { maskNumber } from "@promptcall/core/call/phone";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { type Keys, keyId } from "@promptcall/core/security/keys";
import { pinHash } from "@promptcall/core/security/pin";
import { statusToken } from "@promptcall/core/security/status-token";
import type { Context } from "hono";
import { sealedReceiver } from "../../calls/confidential-receiver.ts";
import { ensureStep } from "../../dialing/ensure-step.ts";
import { takeSlotNow } from "../../dialing/take-slot-now.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Log } from "../../ports/log.ts";
import type { Seal } from "../../ports/seal.ts";
import type { WaitingCalls } from "../../ports/waiting-calls.ts";
import { expiryMsOfJwt } from "../../security/credential.ts";
import { nameIds } from "../../telemetry/ids.ts";
import type { CredentialPorts } from "../proof/credential.ts";
import { type Proven, type ProvePorts, prove } from "../proof/prove.ts";
import { addressOf } from "../status/address.ts";
import { type AcceptedBatch, acceptedBatch } from "./batch-answer.ts";
import { beginRequest, type IdempotencyPorts, type IdempotentRequest } from "./idempotency.ts";
import { type QueueBatchPorts, type Queued, queueBatch } from "./queue-batch.ts";
import type { Calls, Row } from "./read-call.ts";
import { type AcceptRequest, readRequest } from "./read-request.ts";
import { refusalOf } from "./refusal.ts";

export type PostCallPorts = IdempotencyPorts &
  CredentialPorts &
  ProvePorts &
  QueueBatchPorts & {
    readonly waiting: Pick<WaitingCalls, "add">;
    readonly bus: Bus;
    readonly log: Log;
    readonly pinKey: Uint8Array;
    readonly receiverSeal: Pick<Seal, "seal">;
    readonly statusKeys: Keys;
    readonly verboseEvents: boolean;
  };

/** Accepts a call or a batch. Each call that the answer names as accepted ends in exactly one result. */
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

async function accept(asked: AcceptRequest, ports: PostCallPorts): Promise<Accepted | { problem: Problem }> {
  const { calls, credential } = asked;
  const proven = await prove(credential, ports);
  if ("problem" in proven) return proven;
  const begun = await beginRequest({ ...asked, applicationId: proven.applicationId }, ports);
  if ("problem" in begun) return begun;
  const { id, isDone } = begun;
  try {
    const decided = isDone ? begun : await carryOut({ calls, proven, begun }, ports);
    if ("problem" in decided) {
      await begun.release();
      return decided;
    }
    const { kind } = calls;
    const answer = kind === "call" ? { tid: id } : acceptedBatch({ id, calls, slots: decided.slots });
    return { kind, id, answer, isReplayed: isDone };
  } catch (error) {
    // If this fails too, a repetition waits for the lease to end.
    await begun.release().catch(() => {});
    throw error;
  }
}

/** Decides on the calls, records the decision, and queues them. Safe to repeat. */
async function carryOut(
  { calls, proven, begun }: { calls: Calls; proven: Proven; begun: IdempotentRequest },
  ports: PostCallPorts,
): Promise<{ slots: DialSlots } | { problem: Problem }> {
  const { kind, rows, isAtomic, callbackUrl, callbackSecret } = calls;
  const { id, acceptedAt } = begun;
  const { applicationId, owner } = proven;
  const window = dialWindowOf(calls.timing, acceptedAt);
  const jwt = await proven.jwtFor({ ...window, spoken: rows.map(({ request }) => spokenPartsOf(request)) });
  const known = begun.slots
    ? { slots: begun.slots }
    : { nowMs: ports.clock.now().getTime(), loop: await ports.loops.read(owner) };
  const wanted = { kind, count: rows.length, isAtomic, window, credentialUntilMs: expiryMsOfJwt(jwt) };
  const plan = planAcceptance(wanted, known);
  if (plan.kind !== "accepted") return { problem: refusalOf(plan, wanted) };

  nameIds(kind === "call" ? { tid: id } : { batch_id: id });
  const { slots } = plan;
  await begun.recordSlots(slots);
  const specs = await Promise.all(
    rows.slice(0, slots.fits).map(async (row, place) => {
      const batch = kind === "batch" ? { id, index: row.index } : undefined;
      const tid = batch ? callIdOf({ batchId: id, index: place }) : id;
      return await specOf({ tid, row, applicationId, window, batch }, ports);
    }),
  );
  const queued = { id, specs, owner, window, jwt };
  if (kind === "call") await queueCall(queued, ports);
  else {
    const receiver = callbackUrl && (await sealedReceiver({ written: callbackUrl, secret: callbackSecret, id }, ports));
    await queueBatch({ ...queued, ...plan, applicationId, receiver: receiver || undefined }, ports);
  }
  await begun.finish();
  if (kind === "call" && ports.verboseEvents) await publishAccepted(specs, ports);
  ports.log.info(kind === "call" ? { event: "call.accepted" } : { event: "batch.accepted", accepted: specs.length });
  return { slots };
}

async function specOf(
  given: { tid: string; row: Row; applicationId: string; window: DialWindow; batch: CallSpec["batch"] | undefined },
  ports: Pick<PostCallPorts, "pinKey" | "receiverSeal">,
): Promise<CallSpec> {
  const { tid, applicationId, window, batch } = given;
  const { request } = given.row;
  const { to, from, pin_code: pin, machine_detection: detection, reference, callback_secret: secret } = request;
  const { pinKey } = ports;
  const receiver = await sealedReceiver({ written: request.callback, secret, id: tid }, ports);
  return {
    tid,
    applicationId,
    to,
    from,
    ...spokenPartsOf(request),
    pinHash: pinHash({ key: pinKey, tid, pin }),
    pinKeyId: keyId(pinKey),
    ...(detection !== "off" && { machineDetection: detection }),
    callback: { ...receiver, method: request.callback_method },
    acceptedAt: window.acceptedAt,
    expiresAt: window.expiresAt,
    ...(batch !== undefined && { batch }),
    ...(reference !== undefined && { reference }),
  };
}

/** Queues one call: dialed at once if nothing waits and the rate limit has room, else it waits in its owner's loop. */
async function queueCall({ id: tid, specs, owner, window, jwt }: Queued, ports: PostCallPorts): Promise<void> {
  const sealedCredential = await ports.seal.seal(jwt, tid);
  const dialsAtMs = window.isAhead
    ? undefined
    : await takeSlotNow({ owner, meanwhile: () => ports.calls.add(specs) }, ports);
  if (dialsAtMs !== undefined) {
    const at = new Date(dialsAtMs).toISOString();
    await ports.dial.send({ v: 1, type: "dial", tid, sealed_credential: sealedCredential, owner, at });
    return;
  }
  await ports.calls.add(specs);
  await ports.waiting.add(owner, { tid, notBeforeMs: window.startMs, sealedCredential });
  await ensureStep({ owner, atMs: window.startMs, arrives: true }, ports);
}

/** Publishes `call.accepted`. A failure is only logged: the call is queued, and the customer must not send it again. */
async function publishAccepted(specs: readonly CallSpec[], { bus, random, log }: PostCallPorts): Promise<void> {
  const events = specs.map(({ tid, applicationId, acceptedAt, to }) => {
    const metadata = { id: random.uuid(), version: 1 as const, tid, application_id: applicationId, time: acceptedAt };
    return { type: "call.accepted" as const, metadata, data: { to: maskNumber(to) } };
  });
  try {
    await bus.publish(events);
  } catch (error) {
    log.failure("call.accepted.unpublished", error);
  }
}
