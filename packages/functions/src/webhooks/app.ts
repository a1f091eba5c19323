import { SAID } from "@promptcall/core/call/call";
import { isWordless } from "@promptcall/core/call/erasure";
import {
  beepScript,
  byeScript,
  hangUpScript,
  lastFailedScript,
  type Ncco,
  retryScript,
} from "@promptcall/core/call/script";
import type { Event } from "@promptcall/core/contracts/events";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Keys } from "@promptcall/core/security/keys";
import { type CallOrigin, isGenuine, type WebhookPurpose, webhookUrl } from "@promptcall/core/security/webhook-address";
import { type SignatureSecrets, webhookSigner } from "@promptcall/core/security/webhook-signature";
import type { Context } from "hono";
import { Hono } from "hono/tiny";
import { problem } from "../http/problem.ts";
import type { Bus } from "../ports/bus.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import { nameIds } from "../telemetry/ids.ts";
import { underRequestId } from "../telemetry/requests.ts";
import { type JudgePorts, judge } from "./judge.ts";
import {
  DigitsPayloadSchema,
  ErrorPayloadSchema,
  type StatusPayload,
  StatusPayloadSchema,
  shortened,
  withinYear,
} from "./payloads.ts";
import { payloadOf, signedPayloadOf } from "./read-payload.ts";

export interface WebhookPorts extends JudgePorts {
  readonly calls: Pick<CallStore, "spec">;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly webhookKeys: Keys;
  /** Where there are any, a webhook has to be signed with one of them. */
  readonly signatureSecrets: SignatureSecrets;
  readonly verboseEvents: boolean;
}

/** Statuses that change nothing and are not logged. The end of a call also says when it was answered. */
const IGNORABLE: readonly LegStatus[] = ["started", "ringing", "answered", "human"];

const METHODS = ["GET", "POST"];

/**
 * The carrier's webhooks. Publishes each report on the bus and answers with the next script; never writes the table.
 */
export function webhooksApp(ports: WebhookPorts): Hono {
  const app = new Hono();
  app.use(underRequestId);
  for (const call of ["/calls/:tid", "/calls/:tid/dial/:dial"]) {
    app.on(METHODS, `${call}/status/:application/:batch/:token`, (c) => status(c, ports));
    app.on(METHODS, `${call}/status/:application/:token`, (c) => status(c, ports));
    app.on(METHODS, `${call}/digits/:attempt/:token`, (c) => digits(c, ports));
  }
  // As addresses were that are still with the carrier.
  app.on(METHODS, "/calls/:tid/status/:token", (c) => status(c, ports));
  app.notFound((c) => problem(c, { status: 404, code: "unknown_path", detail: "There is nothing at this path." }));
  app.onError((error, c) => {
    ports.log.failure("webhook.failed", error);
    // The carrier retries after a 503, but gives the call up after a 500.
    return problem(c, { status: 503, code: "unavailable", detail: "Try again." });
  });
  return app;
}

async function status(c: Context, ports: WebhookPorts): Promise<Response> {
  const named = originOf(c);
  const dial = dialOf(c);
  const purpose: WebhookPurpose = { kind: "status", ...(named && { of: named }), dial };
  const { tid, signer, refused } = await authenticate(c, purpose, ports);
  if (refused) return refused;
  const payload = await payloadOf(c);
  const report = StatusPayloadSchema.safeParse(payload);
  if (report.success && !ports.verboseEvents && IGNORABLE.includes(report.data.status)) return c.body(null, 204);
  const error = ErrorPayloadSchema.safeParse(payload);
  if (!report.success && !error.success) {
    ports.log.info({ event: "webhook.ignored" });
    return c.body(null, 204);
  }
  const isBeep = report.success && report.data.sub_state === "beep_start";
  const spec = named === undefined || isBeep ? await ports.calls.spec(tid) : undefined;
  const of = named ?? (spec && { applicationId: spec.applicationId, batchId: spec.batch?.id });
  if (of === undefined) return unknownCall(c);
  if (isOfAnother(of, signer)) return forged(c, "The webhook is signed for another application.", ports);
  // The script is read after the answer, so an error proves an answer. The end is reported separately.
  const data = report.success
    ? statusOf(report.data, ports.clock.now())
    : { status: "answered" as const, detail: "script_error" };
  await ports.bus.publish([
    { type: "call.status", metadata: metadata({ tid, ...of }, ports), data: { ...data, dial } },
  ]);
  const why = error.success ? shortened(error.data.reason) : undefined;
  ports.log.info({ event: "webhook.status", status: data.status, detail: data.detail, why });
  // What is answered to a beep takes the place of what is being said:
  // https://developer.vonage.com/en/voice/voice-api/concepts/advanced-machine-detection
  const message = isBeep && spec !== undefined ? beepScript(spec) : undefined;
  return message === undefined ? c.body(null, 204) : c.json(message);
}

/** Whose call it is, as the address says, which the token covers. */
function originOf(c: Context): CallOrigin | undefined {
  const { application: applicationId, batch: batchId } = c.req.param() as Record<string, string | undefined>;
  return applicationId === undefined ? undefined : { applicationId, batchId };
}

function statusOf({ uuid, call_uuid, start_time, duration, ...report }: StatusPayload, now: Date) {
  const answered_at = withinYear(start_time, now);
  const { status, detail, price, rate, network } = report;
  return { status, uuid: uuid ?? call_uuid, detail, answered_at, duration_seconds: duration, price, rate, network };
}

async function digits(c: Context, ports: WebhookPorts): Promise<Response> {
  const attempt = numberIn(c.req.param("attempt") ?? "");
  const dial = dialOf(c);
  const { tid, signer, refused } = await authenticate(c, { kind: "digits", attempt, dial }, ports);
  if (refused) return refused;
  const payload = attempt === Number(SAID) ? NOTHING : DigitsPayloadSchema.safeParse(await payloadOf(c));
  if (!payload.success)
    return problem(c, { status: 400, code: "invalid_webhook", detail: "Expected dtmf, as an object or as text." });
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) return unknownCall(c);
  if (isOfAnother(spec, signer)) return forged(c, "The webhook is signed for another application.", ports);

  // The call is completed, and what to judge by is erased: a report that comes so late cannot be judged, and changes nothing.
  if (isWordless(spec)) {
    ports.log.info({ event: "webhook.ignored" });
    return c.json(hangUpScript());
  }
  const { digits: keyed, timedOut: timed_out } = payload.data;
  const judged = await judge({ spec, keyed }, ports);
  const data = { attempt, ...judged, timed_out, dial };
  const { applicationId, batch } = spec;
  const told = metadata({ tid, applicationId, batchId: batch?.id }, ports);
  await ports.bus.publish([{ type: "call.digits", metadata: told, data }]);
  const { matched } = judged;
  ports.log.info({ event: "webhook.digits", attempt, matched });
  return c.json(nextScript({ spec, attempt, dial, matched, keyed, baseUrl: baseUrlOf(c) }, ports));
}

/** Of the webhook that tells that all was said: it is about nothing that was keyed. */
const NOTHING = { success: true, data: { digits: "", timedOut: false } } as const;

/** Only our own spelling: the token covers the number, so `01` and `1e0` would pass, too. */
function numberIn(written: string): number {
  const number = Number(written);
  return String(number) === written ? number : Number.NaN;
}

/** By which dial, where there may be several. */
function dialOf(c: Context): number | undefined {
  const written = c.req.param("dial");
  return written === undefined ? undefined : numberIn(written);
}

function nextScript(
  given: {
    spec: CallSpec;
    attempt: number;
    dial: number | undefined;
    matched: boolean;
    keyed: string;
    baseUrl: string;
  },
  { webhookKeys: [key] }: WebhookPorts,
): Ncco {
  const { spec, attempt, dial, matched, keyed, baseUrl } = given;
  if (matched) return byeScript({ ...spec, keyed });
  if (attempt >= spec.attemptsAllowed) return lastFailedScript(spec);
  const purpose: WebhookPurpose = { kind: "digits", attempt: attempt + 1, dial };
  return retryScript({
    ...spec,
    isSilence: keyed === "",
    digitsUrl: webhookUrl({ baseUrl, key, tid: spec.tid, purpose }),
  });
}

/** By the token of its address, and by the carrier's signature where it can be checked. */
async function authenticate(
  c: Context,
  purpose: WebhookPurpose,
  ports: WebhookPorts,
): Promise<{ tid: string; signer?: string | undefined; refused?: Response }> {
  const { webhookKeys: keys, signatureSecrets: secrets, clock } = ports;
  const { tid = "", token = "" } = c.req.param() as Record<string, string>;
  if (!isGenuine({ keys, tid, purpose, token })) {
    const detail = "The token in this address is not the one that was given for it.";
    return { tid, refused: forged(c, detail, ports) };
  }
  nameIds({ tid });
  if (secrets.size === 0) return { tid };
  const authorization = c.req.header("authorization");
  // Rarely one comes unsigned; after a 5xx it comes again, signed:
  // https://developer.vonage.com/en/messages/concepts/signed-webhooks
  if (authorization === undefined) {
    ports.log.info({ event: "webhook.forged", why: "not_signed" });
    return { tid, refused: problem(c, { status: 503, code: "unavailable", detail: "The webhook is not signed." }) };
  }
  const signed = webhookSigner(
    { authorization, payload: await signedPayloadOf(c), nowMs: clock.now().getTime() },
    secrets,
  );
  if (!("wrong" in signed)) return { tid, signer: signed.applicationId };
  return { tid, refused: forged(c, `The webhook's signature does not hold: ${signed.wrong}.`, ports) };
}

function forged(c: Context, detail: string, { log }: WebhookPorts): Response {
  log.info({ event: "webhook.forged" });
  return problem(c, { status: 401, code: "forged_webhook", detail });
}

/** Not every signature names an application. */
function isOfAnother({ applicationId }: CallOrigin, signer: string | undefined): boolean {
  return signer !== undefined && signer !== applicationId.toLowerCase();
}

function unknownCall(c: Context): Response {
  return problem(c, { status: 404, code: "unknown_call", detail: "The call is no longer on record." });
}

/** The address by which the carrier reached us: a function cannot be linked to its own URL. */
function baseUrlOf(c: Context): string {
  return `${c.req.header("x-forwarded-proto") ?? "https"}://${c.req.header("host") ?? new URL(c.req.url).host}`;
}

function metadata(
  { tid, applicationId: application_id, batchId: batch_id }: CallOrigin & { tid: string },
  { random, clock }: WebhookPorts,
): Event["metadata"] {
  return { id: random.uuid(), version: 1, tid, application_id, batch_id, time: clock.now().toISOString() };
}
