import type { Call } from "@promptcall/core/call";
import { deadlineSeconds, lengthSeconds } from "@promptcall/core/call-length";
import { type Command, decide, isRefusal } from "@promptcall/core/decide";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { Event } from "@promptcall/core/events";
import { evolve } from "@promptcall/core/evolve";
import { type DialQueueMessage, LONGEST_WAIT_SECONDS, type TimerMessage } from "@promptcall/core/messages";
import { LEAD_MS } from "@promptcall/core/pace";
import { promptScript } from "@promptcall/core/script";
import type { Settings } from "@promptcall/core/settings";
import type { CallSpec } from "@promptcall/core/spec";
import { webhookUrl } from "@promptcall/core/webhook-address";
import { isExpired } from "../credential.ts";
import { ConflictError, UnknownCallError } from "../errors.ts";
import type { Alarm, Bus, CallStore, Carrier, Chance, Hops, Paces, Queue, Seal, Stored, Told } from "../ports.ts";
import { advance, saved } from "../progress.ts";

export interface DialerPorts {
  readonly calls: CallStore;
  readonly paces: Paces;
  readonly bus: Bus;
  readonly dial: Queue<DialQueueMessage>;
  readonly hops: Hops;
  readonly timers: Queue<TimerMessage>;
  readonly carrier: Carrier;
  readonly seal: Seal;
  readonly clock: Alarm;
  readonly chance: Chance;
  readonly webhooks: { readonly baseUrl: string; readonly key: Uint8Array };
  readonly settings: Settings;
  readonly verboseEvents: boolean;
}

/** However long the carrier asks us to wait, we look again after this. */
const LONGEST_RETRY_AFTER_SECONDS = 60;

/** Claims take differently long. A call that is claimed longer before it is dialed is one more that a crash leaves unknown. */
const CLAIMING_MS = 50;

/** A call whose turn it is. The credential is there to be used, and to be sealed for this call where it is sent on. */
export interface Turn {
  readonly spec: CallSpec;
  readonly stored: Stored;
  readonly credential: string;
  readonly sealedCredential: () => Promise<string>;
  /** When the carrier is asked, where that is not at once; epoch ms. */
  readonly dueMs?: number;
}

/**
 * Places a queued call, once. The carrier has no idempotency key, so the intent is written before it is asked; whoever
 * finds an intent that is not its own does not dial, whatever became of the one who wrote it. The claim's deadline must
 * have been set before.
 */
export async function dialCall({ token, turn }: { token: string; turn: Turn }, ports: DialerPorts): Promise<Told> {
  const { tid } = turn.spec;
  if (turn.dueMs !== undefined) await ports.clock.reaches(turn.dueMs - CLAIMING_MS);
  const claimed = await claim({ turn, token }, ports);
  if (claimed === undefined) return { event: "dial.skipped", tid };

  const outcome = await place(turn, ports);
  await settle({ outcome, token, turn, claimed }, ports);
  return {
    event: `dial.${outcome.kind}`,
    tid,
    ...("why" in outcome && { why: outcome.why }),
    ...("throttled" in outcome && { throttled: outcome.throttled }),
  };
}

/** When all of these calls must have ended, if they are dialed now. */
export function deadlineOf(
  turns: readonly Turn[],
  { clock, settings }: Pick<DialerPorts, "clock" | "settings">,
): string {
  const longestSeconds = Math.max(...turns.map(({ spec }) => deadlineSeconds(spec, settings)));
  return new Date(clock.now().getTime() + longestSeconds * 1000).toISOString();
}

/** Writes the intent; undefined when the call is somebody else's. */
async function claim(
  { turn: { stored }, token }: { turn: Turn; token: string },
  { calls, clock }: DialerPorts,
): Promise<Stored | undefined> {
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
  { spec, credential, dueMs }: Turn,
  { carrier, clock, webhooks, settings }: DialerPorts,
): Promise<DialOutcome> {
  if (dueMs !== undefined) await clock.reaches(dueMs);
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

function expiryMsOf({ acceptedAt, expiresAt }: CallSpec): number {
  return expiresAt === undefined ? Date.parse(acceptedAt) + LONGEST_WAIT_SECONDS * 1000 : Date.parse(expiresAt);
}

interface Dialed {
  readonly token: string;
  readonly turn: Turn;
  readonly claimed: Stored;
}

/** What each outcome leads to; `unknown` to nothing: a webhook resolves it, or the deadline. */
async function settle({ outcome, ...dialed }: Dialed & { outcome: DialOutcome }, ports: DialerPorts): Promise<void> {
  switch (outcome.kind) {
    case "placed":
      return note(outcome, dialed, ports);
    case "refused":
      return ports.bus.publish([
        { type: "call.dial_failed", metadata: metadataOf(dialed, ports), data: { reason: outcome.reason } },
      ]);
    case "try_again":
      return tryAgain({ outcome, ...dialed }, ports);
    case "unknown":
      return;
    default:
      return outcome satisfies never;
  }
}

function metadataOf({ turn: { spec } }: Dialed, { chance, clock }: DialerPorts): Event["metadata"] {
  const { tid, applicationId: application_id, batch } = spec;
  return { id: chance.id(), version: 1, tid, application_id, batch_id: batch?.id, time: clock.now().toISOString() };
}

/** The carrier's name for the call goes on record at once: it is needed to hang up, and to ask what became of it. */
async function note({ uuid }: { uuid: string }, dialed: Dialed, ports: DialerPorts): Promise<void> {
  const { token, claimed } = dialed;
  const { tid } = claimed.call;
  const at = ports.clock.now().toISOString();
  const command: Command = { type: "report", id: `dialed_${token}`, at, report: { type: "dialed", uuid } };
  const { settleSeconds } = ports.settings.timers;
  await advance({ tid, commands: [command], seen: claimed }, { ...ports, settleSeconds });
  if (!ports.verboseEvents) return;
  await ports.bus.publish([{ type: "call.dialed", metadata: metadataOf(dialed, ports), data: { uuid } }]);
}

/**
 * Not dialed for certain: queues the call anew, which burns none of its receives, and gives the claim back. In this
 * order: a copy of our message may have been done with meanwhile, so that after a crash nothing else would dial.
 */
async function tryAgain(
  {
    outcome,
    token,
    turn: { spec, sealedCredential },
  }: Dialed & { outcome: Extract<DialOutcome, { kind: "try_again" }> },
  { calls, paces, dial, clock, chance, settings }: DialerPorts,
): Promise<void> {
  const { tid, applicationId } = spec;
  const planned = settings.carrier.retryDelaySeconds * (1 + chance.random());
  const delaySeconds = Math.max(planned, Math.min(outcome.retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS));
  if (outcome.throttled) await paces.slow(applicationId);
  // A place too late is no worse than none: the call expires when its turn comes.
  const { fromMs } = await paces.reserve({ applicationId, count: 1, byMs: expiryMsOf(spec) });
  const notBeforeMs = Math.max(clock.now().getTime() + delaySeconds * 1000, fromMs + LEAD_MS);
  const sealed_credential = await sealedCredential();
  const not_before = new Date(notBeforeMs).toISOString();
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
