import type { Call } from "@promptcall/core/call";
import { lengthSeconds } from "@promptcall/core/call-length";
import { type Command, decide, isRefusal } from "@promptcall/core/decide";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import { slowed } from "@promptcall/core/dialing/rate";
import type { Event } from "@promptcall/core/events";
import { evolve } from "@promptcall/core/evolve";
import { commandIds } from "@promptcall/core/ids";
import { LONGEST_WAIT_SECONDS } from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/records/spec";
import { promptScript } from "@promptcall/core/script";
import { webhookUrl } from "@promptcall/core/webhook-address";
import { isExpired } from "../credential.ts";
import { endBatch } from "../dialing/end-batch.ts";
import { raised } from "../dialing/ensure-step.ts";
import { giveBack, type Origin } from "../dialing/give-back.ts";
import { ConflictError } from "../errors.ts";
import type { Stored } from "../ports/call-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Told } from "../ports/log.ts";
import { advance } from "../progress.ts";
import type { DialerPorts } from "./dialer-ports.ts";

/** However long the carrier asks us to wait, we look again after this. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

/** Claims take differently long. A call that is claimed longer before it is dialed is one more that a crash leaves unknown. */
const CLAIMING_MS = 80;

/** A call whose turn it is. */
export interface Turn {
  readonly spec: CallSpec;
  readonly stored: Stored;
  readonly owner: string;
  readonly origin: Origin;
  readonly credential: string;
  /** When the carrier is asked, and until when it may be; epoch ms. */
  readonly dueMs: number;
  readonly lastMs: number;
  readonly token: string;
  /** Batches whose credential the carrier has refused to this invocation: it is not asked again. */
  readonly refused: Set<string>;
}

/**
 * Places a queued call, once. The carrier has no idempotency key, so the intent is written before it is asked; whoever
 * finds an intent that is not its own does not dial, whatever became of the one who wrote it. The claim's deadline must
 * have been set before. A call that comes too late to be dialed in its step stays queued: the next one finds it.
 */
export async function dialCall(turn: Turn, ports: DialerPorts): Promise<Told> {
  const { tid } = turn.spec;
  const { clock } = ports;
  await clock.reaches(turn.dueMs - CLAIMING_MS);
  // The claim takes its time, too.
  if (isLate(turn, clock)) return { event: "dial.late", tid };
  if (isRefused(turn)) return { event: "dial.skipped", tid };
  const claimed = await claim(turn, ports);
  if (claimed === undefined) return { event: "dial.skipped", tid };

  await clock.reaches(turn.dueMs);
  const outcome = await place(turn, ports);
  await handle({ outcome, turn, claimed }, ports);
  return {
    event: `dial.${outcome.kind}`,
    tid,
    ...("why" in outcome && { why: outcome.why }),
    ...("throttled" in outcome && { throttled: outcome.throttled }),
  };
}

/** Whether the carrier cannot be asked by then. */
export function isLate({ lastMs }: { lastMs: number }, clock: Clock): boolean {
  return clock.now().getTime() + CLAIMING_MS > lastMs;
}

function isRefused({ origin, refused }: Turn): boolean {
  return origin.kind === "batch" && refused.has(origin.batchId);
}

/** Writes the intent; undefined when the call is somebody else's. */
async function claim({ stored, token }: Turn, { calls, clock }: DialerPorts): Promise<Stored | undefined> {
  const { tid } = stored.call;
  const decision = decide({ type: "start_dial", token, at: clock.now().toISOString() }, stored.call);
  if (isRefusal(decision)) return undefined;
  const call = decision.reduce(evolve, stored.call);
  try {
    await calls.save({ call, version: stored.version });
    return { call, version: stored.version + 1 };
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // A write whose answer was lost is repeated by the client and then meets itself.
    const found = await calls.state(tid);
    return holds(found?.call, token) ? found : undefined;
  }
}

function holds(call: Call | undefined, token: string): boolean {
  return call?.phase === "dialing" && call.claim.token === token;
}

async function place(
  { spec, credential }: Turn,
  { carrier, clock, webhooks, settings }: DialerPorts,
): Promise<DialOutcome> {
  if (isExpired(credential, clock.now())) return { kind: "refused", reason: "expired", why: "credential expired" };
  if (clock.now().getTime() > expiryMsOf(spec)) return { kind: "refused", reason: "expired", why: "waited too long" };
  const { tid, to, from, text, pinLength, machineDetection } = spec;
  const digitsUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "digits", attempt: 1 } });
  const eventUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "status" } });
  return await carrier.placeCall(
    {
      to,
      from,
      ncco: promptScript({ text, pinLength, digitsUrl }),
      eventUrl,
      lengthSeconds: lengthSeconds(spec, settings),
      ...(machineDetection !== undefined && { machineDetection }),
    },
    credential,
  );
}

export function expiryMsOf({ acceptedAt, expiresAt }: CallSpec): number {
  return expiresAt === undefined ? Date.parse(acceptedAt) + LONGEST_WAIT_SECONDS * 1000 : Date.parse(expiresAt);
}

interface Dialed {
  readonly turn: Turn;
  readonly claimed: Stored;
}

/** What each outcome leads to; `unknown` to nothing: a webhook resolves it, or the deadline. */
async function handle({ outcome, ...dialed }: Dialed & { outcome: DialOutcome }, ports: DialerPorts): Promise<void> {
  switch (outcome.kind) {
    case "placed":
      return note(outcome, dialed, ports);
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

/** The carrier's name for the call goes on record at once: it is needed to hang up, and to ask what became of it. */
async function note({ uuid }: { uuid: string }, { turn, claimed }: Dialed, ports: DialerPorts): Promise<void> {
  const { tid } = claimed.call;
  const at = ports.clock.now().toISOString();
  const command: Command = { type: "report", id: commandIds.dialed(turn.token), at, report: { type: "dialed", uuid } };
  await advance({ tid, commands: [command], seen: claimed }, ports);
  if (!ports.verboseEvents) return;
  await ports.bus.publish([{ type: "call.dialed", metadata: metadataOf(turn, ports), data: { uuid } }]);
}

/** A credential that the carrier refuses once it refuses for every call of the batch: none is asked for any more. */
async function refuse(
  { reason }: Extract<DialOutcome, { kind: "refused" }>,
  { turn }: Dialed,
  ports: DialerPorts,
): Promise<void> {
  const { origin, owner, refused } = turn;
  const isOfBatch = origin.kind === "batch" && reason === "credential_rejected";
  // Others were asked for before the first of them was answered.
  const endsBatch = isOfBatch && !refused.has(origin.batchId);
  if (isOfBatch) refused.add(origin.batchId);
  await ports.bus.publish([{ type: "call.dial_failed", metadata: metadataOf(turn, ports), data: { reason } }]);
  if (endsBatch) await endBatch({ batch: { id: origin.batchId }, owner, reason }, ports);
}

function metadataOf({ spec }: Turn, { chance, clock }: DialerPorts): Event["metadata"] {
  const { tid, applicationId: application_id, batch } = spec;
  return { id: chance.id(), version: 1, tid, application_id, batch_id: batch?.id, time: clock.now().toISOString() };
}

/** Not dialed for certain: waits anew. */
async function tryAgain(
  outcome: Extract<DialOutcome, { kind: "try_again" }>,
  { turn }: Dialed,
  ports: DialerPorts,
): Promise<void> {
  const { owner, origin, token } = turn;
  const planned = ports.settings.carrier.retryDelaySeconds * (1 + ports.chance.random());
  const delaySeconds = Math.max(planned, Math.min(outcome.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
  if (outcome.throttled) await slow(owner, ports);
  const notBeforeMs = ports.clock.now().getTime() + delaySeconds * 1_000;
  await giveBack({ tid: turn.spec.tid, owner, origin, notBeforeMs, token }, ports);
}

/** Where somebody else was quicker, that was another refusal, or the next one slows the pace. */
async function slow(owner: string, { loops, clock }: DialerPorts): Promise<void> {
  const seen = await loops.read(owner);
  await loops.write(owner, { seen, next: raised(slowed(seen, clock.now().getTime())) });
}
