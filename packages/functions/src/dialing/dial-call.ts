import type { Call } from "@promptcall/core/call/call";
import { lengthSeconds } from "@promptcall/core/call/call-length";
import { type Command, decide, isRefusal } from "@promptcall/core/call/decide";
import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import { mayDialFromMs } from "@promptcall/core/call/dial-time";
import { evolve } from "@promptcall/core/call/evolve";
import { namedDialOf } from "@promptcall/core/call/redial";
import { firstAttemptOf, promptScript } from "@promptcall/core/call/script";
import type { Event } from "@promptcall/core/contracts/events";
import { commandIds } from "@promptcall/core/contracts/ids";
import { LONGEST_WAIT_SECONDS } from "@promptcall/core/contracts/messages";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { slowed } from "@promptcall/core/dialing/rate";
import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { advance } from "../calls/progress.ts";
import { ConflictError } from "../errors.ts";
import type { Stored } from "../ports/call-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { LogRecord } from "../ports/log.ts";
import { isExpired } from "../security/credential.ts";
import type { DialerPorts } from "./dialer-ports.ts";
import { endByOne } from "./end-batch.ts";
import { withNextVersion } from "./ensure-step.ts";
import { giveBack, type Origin } from "./give-back.ts";

/** The longest wait that the carrier's `Retry-After` is granted. */
const LONGEST_CARRIER_RETRY_AFTER_SECONDS = 60;

/** Time for the claim's write. The longer before dialing a call is claimed, the more calls a crash leaves unknown. */
const CLAIMING_MS = 80;

/** A call to be dialed now. */
export interface DueCall {
  readonly spec: CallSpec;
  readonly stored: Stored;
  readonly owner: string;
  readonly origin: Origin;
  readonly credential: string;
  /** When to ask the carrier, and the latest time to do so; epoch ms. */
  readonly dueMs: number;
  readonly lastMs: number;
  readonly token: string;
  /** Batches whose credential the carrier refused in this invocation. Their other calls are skipped. */
  readonly refused: Set<string>;
}

/**
 * Dials a queued call, at most once. The carrier has no idempotency keys, so the claim is written first, and whoever
 * finds a claim of somebody else never dials. The claim's deadline must be set before. A call that is late for its step
 * stays queued for the next one.
 */
export async function dialCall(dueCall: DueCall, ports: DialerPorts): Promise<LogRecord> {
  const { tid } = dueCall.spec;
  const { clock } = ports;
  await clock.waitUntil(dueCall.dueMs - CLAIMING_MS);
  // The claim's write takes time, too.
  if (isLate(dueCall, clock)) return { event: "dial.late", tid };
  if (isRefused(dueCall)) return { event: "dial.skipped", tid };
  if (isHeld(dueCall, clock)) return { event: "dial.held", tid };
  const claimed = await claim(dueCall, ports);
  if (claimed === undefined) return { event: "dial.skipped", tid };

  await clock.waitUntil(dueCall.dueMs);
  const outcome = await askCarrier(dueCall, ports);
  await handleOutcome({ outcome, dueCall, claimed }, ports);
  return {
    event: `dial.${outcome.kind}`,
    tid,
    ...("why" in outcome && { why: outcome.why }),
    ...("throttled" in outcome && { throttled: outcome.throttled }),
  };
}

/** Whether it is too late to ask the carrier. */
export function isLate({ lastMs }: { lastMs: number }, clock: Clock): boolean {
  return clock.now().getTime() + CLAIMING_MS > lastMs;
}

/** Whether it may not be dialed yet. Whoever looks at it next has it wait. */
export function isHeld({ spec, stored }: Pick<DueCall, "spec" | "stored">, clock: Clock): boolean {
  const nowMs = clock.now().getTime();
  return mayDialFromMs({ spec, call: stored.call }, nowMs) > nowMs;
}

function isRefused({ origin, refused }: DueCall): boolean {
  return origin.kind === "batch" && refused.has(origin.batchId);
}

/** Writes the claim; undefined when somebody else has the call. */
async function claim({ stored, token }: DueCall, { calls, clock }: DialerPorts): Promise<Stored | undefined> {
  const { tid } = stored.call;
  const decision = decide({ type: "start_dial", token, at: clock.now().toISOString() }, stored.call);
  if (isRefusal(decision)) return undefined;
  const call = decision.reduce(evolve, stored.call);
  try {
    await calls.save({ call, version: stored.version });
    return { call, version: stored.version + 1 };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // The client repeats a write whose answer was lost, and then conflicts with itself.
    const found = await calls.state(tid);
    return isClaimedWith(found?.call, token) ? found : undefined;
  }
}

function isClaimedWith(call: Call | undefined, token: string): boolean {
  return call?.phase === "dialing" && call.claim.token === token;
}

async function askCarrier(
  { spec, stored, credential }: DueCall,
  { carrier, clock, webhooks, settings }: DialerPorts,
): Promise<DialOutcome> {
  if (isExpired(credential, clock.now())) return { kind: "refused", reason: "expired", why: "credential expired" };
  if (clock.now().getTime() > expiryMsOf(spec)) return { kind: "refused", reason: "expired", why: "waited too long" };
  const {
    tid,
    applicationId,
    batch,
    to,
    from,
    randomFrom,
    machineDetection,
    advancedDetection,
    ringingSeconds,
    region,
  } = spec;
  const dial = namedDialOf(stored.call);
  const digitsUrl = webhookUrl({
    ...webhooks,
    tid,
    purpose: { kind: "digits", attempt: firstAttemptOf(spec), ...dial },
  });
  const eventUrl = webhookUrl({
    ...webhooks,
    tid,
    purpose: { kind: "status", of: { applicationId, batchId: batch?.id }, ...dial },
  });
  return await carrier.placeCall(
    {
      to,
      ...(!randomFrom && { from }),
      ncco: promptScript({ ...spec, digitsUrl }),
      eventUrl,
      lengthSeconds: lengthSeconds(spec, settings),
      ...(ringingSeconds !== undefined && { ringingSeconds }),
      ...(machineDetection !== undefined && { machineDetection }),
      ...(advancedDetection !== undefined && { advancedDetection }),
      ...(region !== undefined && { region }),
    },
    credential,
  );
}

export function expiryMsOf({ acceptedAt, expiresAt }: CallSpec): number {
  return expiresAt === undefined ? Date.parse(acceptedAt) + LONGEST_WAIT_SECONDS * 1000 : Date.parse(expiresAt);
}

interface Dialed {
  readonly dueCall: DueCall;
  readonly claimed: Stored;
}

/** Acts on the outcome. `unknown` needs nothing: a webhook or the deadline resolves it. */
async function handleOutcome(
  { outcome, ...dialed }: Dialed & { outcome: DialOutcome },
  ports: DialerPorts,
): Promise<void> {
  switch (outcome.kind) {
    case "placed":
      return recordUuid(outcome, dialed, ports);
    case "refused":
      return refuse(outcome, dialed, ports);
    case "try_again":
      return tryAgain(outcome, dialed, ports);
    case "unknown":
      return;
    default:
      return outcome satisfies never;
  }
}

/** Records the carrier's id of the call at once: it is needed to hang up and to look the call up. */
async function recordUuid({ uuid }: { uuid: string }, { dueCall, claimed }: Dialed, ports: DialerPorts): Promise<void> {
  const { tid } = claimed.call;
  const at = ports.clock.now().toISOString();
  const command: Command = {
    type: "report",
    id: commandIds.dialed(dueCall.token),
    at,
    report: { type: "dialed", uuid },
    ...namedDialOf(claimed.call),
  };
  await advance({ tid, commands: [command], seen: claimed }, ports);
  if (!ports.verboseEvents) return;
  await ports.bus.publish([
    { type: "call.dialed", metadata: metadataOf(dueCall, ports), data: { uuid, ...namedDialOf(claimed.call) } },
  ]);
}

/** Records a refusal. A refused credential is refused for every call of the batch, so the batch ends. */
async function refuse(
  { reason }: Extract<DialOutcome, { kind: "refused" }>,
  { dueCall, claimed }: Dialed,
  ports: DialerPorts,
): Promise<void> {
  const { origin, owner, refused } = dueCall;
  const isOfBatch = origin.kind === "batch" && reason === "credential_rejected";
  // Several calls were asked for before the first refusal came.
  const endsBatch = isOfBatch && !refused.has(origin.batchId);
  if (isOfBatch) refused.add(origin.batchId);
  const data = { reason, ...namedDialOf(claimed.call) };
  await ports.bus.publish([{ type: "call.dial_failed", metadata: metadataOf(dueCall, ports), data }]);
  if (endsBatch) await endByOne({ batch: { id: origin.batchId }, owner, reason }, ports);
}

function metadataOf({ spec }: DueCall, { random, clock }: DialerPorts): Event["metadata"] {
  const { tid, applicationId: application_id, batch } = spec;
  return { id: random.uuid(), version: 1, tid, application_id, batch_id: batch?.id, time: clock.now().toISOString() };
}

/** Certainly not dialed: the call waits again. */
async function tryAgain(
  outcome: Extract<DialOutcome, { kind: "try_again" }>,
  { dueCall }: Dialed,
  ports: DialerPorts,
): Promise<void> {
  const { owner, origin, token, spec } = dueCall;
  const planned = ports.settings.carrier.retryDelaySeconds * (1 + ports.random.next());
  const delaySeconds = Math.max(planned, Math.min(outcome.retryAfterSeconds ?? 0, LONGEST_CARRIER_RETRY_AFTER_SECONDS));
  if (outcome.throttled) await slow(owner, ports);
  const notBeforeMs = ports.clock.now().getTime() + delaySeconds * 1_000;
  await giveBack({ tid: spec.tid, owner, origin, notBeforeMs, token, priority: spec.priority }, ports);
}

/** Slows the pace. A lost write does not matter: another refusal caused it, or the next one will slow the pace. */
async function slow(owner: string, { loops, clock }: DialerPorts): Promise<void> {
  const seen = await loops.read(owner);
  await loops.write(owner, { seen, next: withNextVersion(slowed(seen, clock.now().getTime())) });
}
