import { type DialWindow, dialWindowOf } from "@promptcall/core/acceptance/acceptance";
import { callIdOf } from "@promptcall/core/call/batch";
import { ERASED } from "@promptcall/core/call/erasure";
import { maskNumber } from "@promptcall/core/call/phone";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { type Keys, keyId } from "@promptcall/core/security/keys";
import { pinHash } from "@promptcall/core/security/pin";
import { statusToken } from "@promptcall/core/security/status-token";
import { sealedReceiver } from "../../calls/confidential-receiver.ts";
import { ensureStep } from "../../dialing/ensure-step.ts";
import { takeSlotNow } from "../../dialing/take-slot-now.ts";
import { type Answer, json } from "../../http/answer.ts";
import { type Problem, problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import type { Bus } from "../../ports/bus.ts";
import type { Log } from "../../ports/log.ts";
import type { Seal } from "../../ports/seal.ts";
import type { WaitingCalls } from "../../ports/waiting-calls.ts";
import { nameIds } from "../../telemetry/ids.ts";
import type { CredentialPorts } from "../proof/credential.ts";
import type { Proven, ProvePorts } from "../proof/prove.ts";
import { addressOf } from "../status/address.ts";
import { addSpecs } from "./add-specs.ts";
import { proveAsked } from "./allowed-receivers.ts";
import { type AcceptedBatch, acceptedBatch } from "./batch-answer.ts";
import { type Decided, type DecideRequestPorts, decideRequest } from "./decide-request.ts";
import { type Estimated, estimated } from "./dry-run.ts";
import { GUARD_CODES } from "./guard-refusals.ts";
import { beginRequest, type IdempotencyPorts, type IdempotentRequest } from "./idempotency.ts";
import type { PricedRow } from "./priced-row.ts";
import { type QueueBatchPorts, type Queued, queueBatch } from "./queue-batch.ts";
import type { Calls } from "./read-call.ts";
import { type AcceptRequest, readRequest } from "./read-request.ts";
import { noLongerDialed } from "./refusal.ts";
import { retryOf } from "./retry-of.ts";

export type PostCallPorts = IdempotencyPorts &
  CredentialPorts &
  ProvePorts &
  QueueBatchPorts &
  DecideRequestPorts & {
    readonly waiting: Pick<WaitingCalls, "add">;
    readonly seal: Pick<Seal, "seal">;
    readonly bus: Bus;
    readonly log: Log;
    readonly receiverSeal: Pick<Seal, "seal">;
    readonly statusKeys: Keys;
    readonly verboseEvents: boolean;
  };

/** Accepts a call or a batch. Each call that the answer names as accepted ends in exactly one result. */
export async function postCall(request: HttpRequest, ports: PostCallPorts): Promise<Answer> {
  const asked = await readRequest(request, ports);
  if ("problem" in asked) return rejected(request, { ...asked, asked: 0 }, ports);
  const { options, rows } = asked.calls;
  const accepted = options.dry_run ? await estimate(asked, ports) : await accept(asked, ports);
  if ("problem" in accepted) return rejected(request, { ...accepted, asked: rows.length }, ports);
  if ("dry_run" in accepted) return json(accepted, { status: 200 });
  const { kind, id, answer, isReplayed } = accepted;
  const token = statusToken({ kind, id, key: ports.statusKeys[0] });
  const status_url = addressOf(request, `/${kind}/${id}?token=${token}`).href;
  return json({ ...answer, status_url }, { status: 202, headers: isReplayed ? { "idempotent-replayed": "true" } : {} });
}

function rejected(
  request: HttpRequest,
  { problem: given, asked }: { problem: Problem; asked: number },
  { log }: Pick<PostCallPorts, "log">,
): Answer {
  const { status, code } = given;
  log.info({ event: "call.rejected", status, code, ...(GUARD_CODES.has(code) && { guarded: asked }) });
  return problem(request, given);
}

/** Tells what would become of the request, and does nothing. */
async function estimate(asked: AcceptRequest, ports: PostCallPorts): Promise<Estimated | { problem: Problem }> {
  const allowed = await proveAsked(asked, ports);
  if ("problem" in allowed) return allowed;
  const { calls, proven } = allowed;
  const decided = await decideRequest({ calls, proven, acceptedAt: ports.clock.now(), slots: undefined }, ports);
  return "problem" in decided ? decided : estimated({ calls, ...decided });
}

interface Accepted {
  readonly kind: "call" | "batch";
  readonly id: string;
  readonly answer: { readonly tid: string } | AcceptedBatch;
  readonly isReplayed: boolean;
}

export async function accept(asked: AcceptRequest, ports: PostCallPorts): Promise<Accepted | { problem: Problem }> {
  const allowed = await proveAsked(asked, ports);
  if ("problem" in allowed) return allowed;
  const { calls, proven } = allowed;
  const begun = await beginRequest({ ...asked, calls, applicationId: proven.applicationId }, ports);
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
): Promise<Decided | { problem: Problem }> {
  const { kind, callbackUrl, callbackSecret } = calls;
  const { id } = begun;
  const { applicationId, owner } = proven;
  const wanted = dialWindowOf(calls.options, begun.acceptedAt);
  if (Date.parse(wanted.expiresAt) <= ports.clock.now().getTime()) return { problem: noLongerDialed(wanted) };
  const decided = await decideRequest({ calls, proven, ...begun }, ports);
  if ("problem" in decided) return decided;

  nameIds(kind === "call" ? { tid: id } : { batch_id: id });
  const { rows, slots, window, jwt } = decided;
  await begun.recordSlots(slots);
  const sealedCredential = await ports.seal.seal(jwt, id);
  const specs = await Promise.all(
    rows.map(async (row, place) => {
      const { index } = row;
      const batch = kind === "batch" ? { id, index, ...(place !== index && { place }) } : undefined;
      const tid = batch ? callIdOf({ batchId: id, index: place }) : id;
      const retry = retryOf(row.request, decided);
      const again = retry && { retry, ...(batch === undefined && { sealedCredential }) };
      return { ...(await specOf({ tid, row, applicationId, window, batch, shape: calls.shape }, ports)), ...again };
    }),
  );
  const queued = { ...decided, id, specs, owner, sealedCredential, isContinued: begun.slots !== undefined };
  if (kind === "call") await queueCall(queued, ports);
  else {
    const receiver = callbackUrl && (await sealedReceiver({ written: callbackUrl, secret: callbackSecret, id }, ports));
    await queueBatch({ ...queued, applicationId, receiver: receiver || undefined }, ports);
  }
  await begun.finish();
  if (kind === "call" && ports.verboseEvents) await publishAccepted(specs, ports);
  const guarded = Object.values(slots.refused ?? {}).flat().length;
  if (kind === "call") ports.log.info({ event: "call.accepted" });
  else ports.log.info({ event: "batch.accepted", accepted: specs.length, ...(guarded > 0 && { guarded }) });
  return decided;
}

async function specOf(
  given: {
    tid: string;
    row: PricedRow;
    applicationId: string;
    window: DialWindow;
    batch: CallSpec["batch"] | undefined;
    shape: Calls["shape"];
  },
  ports: Pick<PostCallPorts, "pinKeys" | "receiverSeal">,
): Promise<CallSpec> {
  const { tid, applicationId, window, batch, shape } = given;
  const { request, spoken, destination, localTime } = given.row;
  const {
    to,
    from = "",
    pin_code: pin,
    machine_detection: detection,
    region,
    reference,
    callback_secret: secret,
  } = request;
  const [pinKey] = ports.pinKeys;
  const written = request.callback;
  const receiver = written === undefined ? { url: "" } : await sealedReceiver({ written, secret, id: tid }, ports);
  return {
    tid,
    applicationId,
    to,
    from,
    ...(request.random_from_number && { randomFrom: true }),
    ...spoken,
    ...(pin === undefined
      ? { pinHash: ERASED }
      : { pinHash: pinHash({ key: pinKey, tid, pin }), pinKeyId: keyId(pinKey) }),
    ...(detection !== "off" && { machineDetection: detection }),
    ...(region !== undefined && { region }),
    callback: {
      ...receiver,
      method: request.callback_method,
      ...(request.callback_format === "json" && { format: "json" }),
      ...(shape !== undefined && { shape }),
    },
    acceptedAt: window.acceptedAt,
    expiresAt: window.expiresAt,
    ...(localTime !== undefined && { localTime }),
    ...(request.priority !== "normal" && { priority: request.priority }),
    ...(batch !== undefined && { batch }),
    ...(reference !== undefined && { reference }),
    destination,
  };
}

/** Queues one call: dialed at once if nothing waits and the rate limit has room, else it waits in its owner's loop. */
async function queueCall(queued: Queued, ports: PostCallPorts): Promise<void> {
  const { id: tid, owner, window, sealedCredential, loop: seen } = queued;
  const dialsAtMs = window.isAhead
    ? undefined
    : await takeSlotNow({ owner, ...(seen && { seen }), meanwhile: () => addSpecs(queued, ports) }, ports);
  if (dialsAtMs !== undefined) {
    const at = new Date(dialsAtMs).toISOString();
    await ports.dial.send({ v: 1, type: "dial", tid, sealed_credential: sealedCredential, owner, at });
    return;
  }
  await addSpecs(queued, ports);
  const [{ priority } = {}] = queued.specs;
  const item = { tid, notBeforeMs: window.startMs, sealedCredential, ...(priority && { priority }) };
  await ports.waiting.add(owner, item);
  await ensureStep({ owner, atMs: window.startMs, arrives: item }, ports);
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
