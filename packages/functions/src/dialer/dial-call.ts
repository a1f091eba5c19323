import type { Call } from "@promptcall/core/call";
import { decide, isRefusal } from "@promptcall/core/decide";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { Event } from "@promptcall/core/events";
import { evolve } from "@promptcall/core/evolve";
import { type DialQueueMessage, LONGEST_WAIT_SECONDS, type TimerMessage } from "@promptcall/core/messages";
import { promptScript } from "@promptcall/core/script";
import type { Settings } from "@promptcall/core/settings";
import type { CallSpec } from "@promptcall/core/spec";
import { webhookUrl } from "@promptcall/core/webhook-address";
import { isExpired } from "../credential.ts";
import { ConflictError, UnknownCallError } from "../errors.ts";
import type { Bus, CallStore, Carrier, Chance, Clock, Hops, Paces, Queue, Seal, Stored, Told } from "../ports.ts";
import { saved } from "../progress.ts";

export interface DialerPorts {
  readonly calls: CallStore;
  readonly paces: Paces;
  readonly bus: Bus;
  readonly dial: Queue<DialQueueMessage>;
  readonly hops: Hops;
  readonly timers: Queue<TimerMessage>;
  readonly carrier: Carrier;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly webhooks: { readonly baseUrl: string; readonly key: Uint8Array };
  readonly settings: Settings;
}

/** However long the carrier asks us to wait, we look again after this. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

/** A call whose turn it is. The credential is there to be used, and sealed for this call to be sent on. */
export interface Turn {
  readonly spec: CallSpec;
  readonly stored: Stored;
  readonly credential: string;
  readonly sealedCredential: string;
}

/**
 * Places a queued call, once. The carrier has no idempotency key, so the intent is written before it is asked; whoever
 * finds an intent that is not its own does not dial, whatever became of the one who wrote it.
 */
export async function dialCall(turn: Turn, ports: DialerPorts): Promise<Told> {
  const { tid } = turn.spec;
  const token = ports.chance.id();
  if (!(await claim({ turn, token }, ports))) return { event: "dial.skipped", tid };

  const outcome = await place(turn, ports);
  await settle({ outcome, token, turn }, ports);
  return {
    event: `dial.${outcome.kind}`,
    tid,
    ...("why" in outcome && { why: outcome.why }),
    ...("throttled" in outcome && { throttled: outcome.throttled }),
  };
}

/** Writes the intent; false when the call is somebody else's. Its deadline is set first, so that none is without one. */
async function claim(
  { turn: { stored, sealedCredential }, token }: { turn: Turn; token: string },
  { calls, timers, clock, settings }: DialerPorts,
): Promise<boolean> {
  const { tid } = stored.call;
  const now = clock.now();
  const decision = decide({ type: "start_dial", token, at: now.toISOString() }, stored.call);
  if (isRefusal(decision)) return false;
  const not_before = new Date(now.getTime() + settings.timers.deadlineSeconds * 1000).toISOString();
  const sealed_credential = sealedCredential;
  await timers.send({ v: 1, type: "deadline", tid, claim: token, sealed_credential, not_before });
  try {
    await calls.save({ call: decision.reduce(evolve, stored.call), version: stored.version });
    return true;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // A write whose answer was lost is repeated by the client and then meets itself.
    return holds((await calls.state(tid))?.call, token);
  }
}

function holds(call: Call | undefined, token: string): boolean {
  return call?.phase === "dialing" && call.claim.token === token;
}

async function place({ spec, credential }: Turn, { carrier, clock, webhooks }: DialerPorts): Promise<DialOutcome> {
  if (isExpired(credential, clock.now())) return { kind: "refused", reason: "expired", why: "credential expired" };
  if (clock.now().getTime() > expiryMsOf(spec)) return { kind: "refused", reason: "expired", why: "waited too long" };
  const { tid, to, from, text, pinLength } = spec;
  const digitsUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "digits", attempt: 1 } });
  const eventUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "status" } });
  return await carrier.placeCall(
    { to, from, ncco: promptScript({ text, pinLength, digitsUrl }), eventUrl },
    credential,
  );
}

function expiryMsOf({ acceptedAt, expiresAt }: CallSpec): number {
  return expiresAt === undefined ? Date.parse(acceptedAt) + LONGEST_WAIT_SECONDS * 1000 : Date.parse(expiresAt);
}

/** What each outcome leads to; `unknown` to nothing: a webhook resolves it, or the deadline. */
async function settle(
  { outcome, token, turn }: { outcome: DialOutcome; token: string; turn: Turn },
  ports: DialerPorts,
): Promise<void> {
  const { tid, applicationId } = turn.spec;
  const metadata = (): Event["metadata"] => ({
    id: ports.chance.id(),
    version: 1,
    tid,
    application_id: applicationId,
    time: ports.clock.now().toISOString(),
  });
  switch (outcome.kind) {
    case "placed":
      return ports.bus.publish([{ type: "call.dialed", metadata: metadata(), data: { uuid: outcome.uuid } }]);
    case "refused":
      return ports.bus.publish([{ type: "call.dial_failed", metadata: metadata(), data: { reason: outcome.reason } }]);
    case "try_again":
      return tryAgain({ outcome, token, turn }, ports);
    case "unknown":
      return;
    default:
      return outcome satisfies never;
  }
}

/**
 * Not dialed for certain: queues the call anew, which burns none of its receives, and gives the claim back. In this
 * order: a copy of our message may have been done with meanwhile, so that after a crash nothing else would dial.
 */
async function tryAgain(
  {
    outcome,
    token,
    turn: { spec, sealedCredential: sealed_credential },
  }: { outcome: Extract<DialOutcome, { kind: "try_again" }>; token: string; turn: Turn },
  { calls, paces, dial, clock, chance, settings }: DialerPorts,
): Promise<void> {
  const { tid, applicationId } = spec;
  const planned = settings.carrier.retryDelaySeconds * (1 + chance.random());
  const delaySeconds = Math.max(planned, Math.min(outcome.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
  if (outcome.throttled) await paces.slow(applicationId);
  // A place too late is no worse than none: the call expires when its turn comes.
  const { fromMs } = await paces.reserve({ applicationId, count: 1, byMs: expiryMsOf(spec) });
  const not_before = new Date(Math.max(clock.now().getTime() + delaySeconds * 1000, fromMs)).toISOString();
  await dial.send({ v: 1, type: "dial", tid, sealed_credential, not_before });
  await release({ tid, token }, calls);
}

/** Takes the intent back, unless the line has been heard from meanwhile: then it was dialed after all. */
async function release({ tid, token }: { tid: string; token: string }, calls: CallStore): Promise<void> {
  for (;;) {
    const stored = await calls.state(tid);
    if (stored === undefined) throw new UnknownCallError(tid);
    const released = decide({ type: "release_dial", token }, stored.call);
    if (isRefusal(released)) return;
    if (await saved({ call: released.reduce(evolve, stored.call), version: stored.version }, calls)) return;
  }
}
