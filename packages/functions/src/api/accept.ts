import type { Said } from "@promptcall/core/call-length";
import { type Acceptance, planAcceptance } from "@promptcall/core/dialing/acceptance";
import { MOST_BATCHES } from "@promptcall/core/dialing/loop";
import type { Placed } from "@promptcall/core/idempotency";
import { keyId } from "@promptcall/core/keys";
import type { DialQueueMessage } from "@promptcall/core/messages";
import { pinHash } from "@promptcall/core/pin";
import type { CallSpec } from "@promptcall/core/records/spec";
import type { CallRequest, Timing } from "@promptcall/core/request";
import { expiryMsOfJwt } from "../credential.ts";
import type { Batches } from "../ports/batches.ts";
import type { Bus } from "../ports/bus.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Log } from "../ports/log.ts";
import type { Loops } from "../ports/loops.ts";
import type { Owners } from "../ports/owners.ts";
import type { Queue } from "../ports/queue.ts";
import type { Seal } from "../ports/seal.ts";
import type { Waiting } from "../ports/waiting.ts";
import type { Problem } from "../problem.ts";
import type { Credential } from "./credential.ts";
import type { IdempotencyPorts } from "./idempotency.ts";

/** A request by an application: what it says, for whom, and under which idempotency key. */
export interface Asked {
  readonly credential: Credential;
  readonly key: string | undefined;
  readonly content: string;
}

export interface AcceptPorts extends IdempotencyPorts {
  readonly calls: Pick<CallStore, "add">;
  readonly batches: Batches;
  readonly owners: Owners;
  readonly loops: Loops;
  readonly waiting: Pick<Waiting, "add">;
  readonly dial: Queue<DialQueueMessage>;
  readonly bus: Bus;
  readonly seal: Seal;
  readonly log: Log;
  readonly pinKey: Uint8Array;
  readonly verboseEvents: boolean;
}

const ATTEMPTS_ALLOWED = 3;

/** When a request came, from when on its calls may be dialed, and until when. */
export interface Window {
  readonly acceptedAt: string;
  readonly startMs: number;
  readonly isAhead: boolean;
  readonly expiresAt: string;
}

export function windowOf({ send_at, expires_in }: Timing, now: Date): Window {
  const startMs = Math.max(send_at === undefined ? 0 : Date.parse(send_at), now.getTime());
  return {
    acceptedAt: now.toISOString(),
    startMs,
    isAhead: startMs > now.getTime(),
    expiresAt: new Date(startMs + expires_in * 1000).toISOString(),
  };
}

/** What is to be said and heard, from which follows how long the call can last. */
export function saidOf(request: CallRequest): Said {
  const { text, pin_code: pin, bye_text: byeText, failed_text: failedText } = request;
  return {
    text,
    ...(byeText !== undefined && { byeText }),
    ...(failedText !== undefined && { failedText }),
    pinLength: pin.length,
    attemptsAllowed: ATTEMPTS_ALLOWED,
  };
}

export function specOf(
  given: { tid: string; request: CallRequest; applicationId: string; window: Window; batch?: CallSpec["batch"] },
  { pinKey }: Pick<AcceptPorts, "pinKey">,
): CallSpec {
  const { tid, applicationId, window, batch } = given;
  const { to, from, pin_code: pin, machine_detection: detection, reference } = given.request;
  return {
    tid,
    applicationId,
    to,
    from,
    ...saidOf(given.request),
    pinHash: pinHash({ key: pinKey, tid, pin }),
    pinKeyId: keyId(pinKey),
    ...(detection !== "off" && { machineDetection: detection }),
    callback: { url: given.request.callback, method: given.request.callback_method },
    acceptedAt: window.acceptedAt,
    expiresAt: window.expiresAt,
    ...(batch !== undefined && { batch }),
    ...(reference !== undefined && { reference }),
  };
}

/** Until when the last call must be dialed: while it is still wanted, and the credential still serves. */
export function byMsOf({ window, jwt }: { window: Window; jwt: string }): number {
  return Math.min(Date.parse(window.expiresAt), expiryMsOfJwt(jwt));
}

interface Planned {
  readonly kind: "single" | "batch";
  readonly count: number;
  readonly isAtomic: boolean;
  readonly owner: string;
  readonly window: Window;
  readonly jwt: string;
}

/** What was decided before, by the request that this repeats; or how many of the calls are accepted, and when they are dialed. */
export async function planned(
  { placed, owner, ...asked }: Planned & { placed: Placed | undefined },
  { loops, clock }: Pick<AcceptPorts, "loops" | "clock">,
): Promise<{ placed: Placed } | { problem: Problem }> {
  if (placed !== undefined) return { placed };
  const { window } = asked;
  const nowMs = clock.now().getTime();
  const loop = await loops.read(owner);
  const { callsPerSecond } = loop;
  const acceptance = planAcceptance({ ...asked, startMs: window.startMs, byMs: byMsOf(asked) }, { loop, nowMs });
  switch (acceptance.kind) {
    case "accepted": {
      const { firstMs: fromMs, lastMs, fits } = acceptance;
      return { placed: { fromMs, lastMs, fits, callsPerSecond, isAhead: window.isAhead } };
    }
    case "too_late":
      return { problem: tooLate({ ...acceptance, callsPerSecond }, { ...asked, nowMs }) };
    case "too_many_batches":
      return { problem: tooManyBatches(acceptance.retryAfterSeconds) };
    default:
      return acceptance satisfies never;
  }
}

/** Says when the last call would be dialed, and how long request and credential would have to last. */
function tooLate(
  { firstMs, lastMs, callsPerSecond, fits }: Extract<Acceptance, { kind: "too_late" }> & { callsPerSecond: number },
  { window, count, nowMs }: { window: Window; count: number; nowMs: number },
): Problem {
  const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1000));
  const expiresInNeeded = seconds(lastMs - window.startMs + 2_000);
  return {
    status: 429,
    code: "too_late",
    detail: `At ${callsPerSecond} calls a second, and with what is queued already, the last of ${count} call(s) would be dialed ${expiresInNeeded} s from its start. Send a credential that lives and an expires_in that lasts so long, fewer calls, or try again later.`,
    more: {
      calls_per_second: callsPerSecond,
      first_dial_at: new Date(firstMs).toISOString(),
      last_dial_at: new Date(lastMs).toISOString(),
      expires_in_needed: expiresInNeeded,
      calls_that_fit: fits,
    },
    headers: { "retry-after": String(seconds(firstMs - nowMs)) },
  };
}

function tooManyBatches(retryAfterSeconds: number): Problem {
  return {
    status: 429,
    code: "too_many_batches",
    detail: `${MOST_BATCHES} batches are under way. Send this one when one of them is over.`,
    headers: { "retry-after": String(retryAfterSeconds) },
  };
}
