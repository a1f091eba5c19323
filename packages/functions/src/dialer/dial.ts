import type { Call } from "@promptcall/core/call";
import { decide, isRefusal } from "@promptcall/core/decide";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { Event } from "@promptcall/core/events";
import { evolve } from "@promptcall/core/evolve";
import { type DialMessage, LONGEST_WAIT_SECONDS, type TimerMessage } from "@promptcall/core/messages";
import { promptScript } from "@promptcall/core/script";
import type { Settings } from "@promptcall/core/settings";
import type { CallSpec } from "@promptcall/core/spec";
import { webhookUrl } from "@promptcall/core/webhook-address";
import { isExpired } from "../credential.ts";
import { ConflictError, UnknownCallError } from "../errors.ts";
import type { Bus, CallStore, Carrier, Chance, Clock, Queue, Seal, Stored, Told } from "../ports.ts";
import { saved } from "../progress.ts";

export interface DialerPorts {
  readonly calls: CallStore;
  readonly bus: Bus;
  readonly dial: Queue<DialMessage>;
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

/**
 * Places a queued call, once. The carrier has no idempotency key, so the intent is written before it is asked; whoever
 * finds an intent that is not its own does not dial, whatever became of the one who wrote it.
 */
export function dialer(ports: DialerPorts) {
  return async (message: DialMessage): Promise<Told> => {
    const { tid } = message;
    const [spec, stored] = await Promise.all([ports.calls.spec(tid), ports.calls.state(tid)]);
    if (spec === undefined || stored === undefined) throw new UnknownCallError(tid);
    const credential = await ports.seal.open(message.sealed_credential, tid);

    const token = ports.chance.id();
    if (!(await claim({ stored, token, message }, ports))) return { event: "dial.skipped", tid };

    const outcome = await place({ spec, credential }, ports);
    await settle({ outcome, token, spec, message }, ports);
    return {
      event: `dial.${outcome.kind}`,
      tid,
      ...("why" in outcome && { why: outcome.why }),
      ...("throttled" in outcome && { throttled: outcome.throttled }),
    };
  };
}

/** Writes the intent; false when the call is somebody else's. Its deadline is set first, so that none is without one. */
async function claim(
  { stored, token, message }: { stored: Stored; token: string; message: DialMessage },
  { calls, timers, clock, settings }: DialerPorts,
): Promise<boolean> {
  const { tid, sealed_credential } = message;
  const now = clock.now();
  const decision = decide({ type: "start_dial", token, at: now.toISOString() }, stored.call);
  if (isRefusal(decision)) return false;
  const deadline = new Date(now.getTime() + settings.timers.deadlineSeconds * 1000).toISOString();
  await timers.send({ v: 1, type: "deadline", tid, claim: token, sealed_credential, not_before: deadline });
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

async function place(
  { spec, credential }: { spec: CallSpec; credential: string },
  { carrier, clock, webhooks }: DialerPorts,
): Promise<DialOutcome> {
  if (isExpired(credential, clock.now())) return { kind: "refused", reason: "expired", why: "credential expired" };
  if (clock.now().getTime() - Date.parse(spec.acceptedAt) > LONGEST_WAIT_SECONDS * 1000)
    return { kind: "refused", reason: "expired", why: "waited too long" };
  const { tid, to, from, text, pinLength } = spec;
  const digitsUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "digits", attempt: 1 } });
  const eventUrl = webhookUrl({ ...webhooks, tid, purpose: { kind: "status" } });
  return await carrier.placeCall(
    { to, from, ncco: promptScript({ text, pinLength, digitsUrl }), eventUrl },
    credential,
  );
}

/** What each outcome leads to; `unknown` to nothing: a webhook resolves it, or the deadline. */
async function settle(
  { outcome, token, spec, message }: { outcome: DialOutcome; token: string; spec: CallSpec; message: DialMessage },
  ports: DialerPorts,
): Promise<void> {
  const metadata = (): Event["metadata"] => ({
    id: ports.chance.id(),
    version: 1,
    tid: spec.tid,
    application_id: spec.applicationId,
    time: ports.clock.now().toISOString(),
  });
  switch (outcome.kind) {
    case "placed":
      return ports.bus.publish([{ type: "call.dialed", metadata: metadata(), data: { uuid: outcome.uuid } }]);
    case "refused":
      return ports.bus.publish([{ type: "call.dial_failed", metadata: metadata(), data: { reason: outcome.reason } }]);
    case "try_again":
      return tryAgain({ outcome, token, message }, ports);
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
    message,
  }: { outcome: Extract<DialOutcome, { kind: "try_again" }>; token: string; message: DialMessage },
  { calls, dial, clock, chance, settings }: DialerPorts,
): Promise<void> {
  const { v, type, tid, sealed_credential } = message;
  const planned = settings.carrier.retryDelaySeconds * (1 + chance.random());
  const delaySeconds = Math.max(planned, Math.min(outcome.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
  const not_before = new Date(clock.now().getTime() + delaySeconds * 1000).toISOString();
  await dial.send({ v, type, tid, sealed_credential, not_before });
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
