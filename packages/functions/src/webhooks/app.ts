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
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { Keys } from "@promptcall/core/security/keys";
import {
  type CallOrigin,
  readWebhookPath,
  type WebhookPurpose,
  webhookUrl,
} from "@promptcall/core/security/webhook-address";
import { type SignatureSecrets, webhookSigner } from "@promptcall/core/security/webhook-signature";
import type { Answer } from "../http/answer.ts";
import type { HttpEvent } from "../http/request.ts";
import type { Bus } from "../ports/bus.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Log } from "../ports/log.ts";
import type { Random } from "../ports/random.ts";
import { nameIds, withIds } from "../telemetry/ids.ts";
import { NOTHING_TO_SAY, problem, says, unknownCall, unknownPath } from "./answers.ts";
import { type JudgePorts, judge } from "./judge.ts";
import {
  DigitsPayloadSchema,
  ErrorPayloadSchema,
  IgnorablePayloadSchema,
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

const METHODS = ["GET", "POST"];

/**
 * The carrier's webhooks. Publishes each report on the bus and answers with the next script; never writes the table.
 * Most of them change nothing: a library for routes, with Node's own requests and answers, took longer than all else.
 */
export function webhooksApp(ports: WebhookPorts) {
  return async (asked: HttpEvent): Promise<Answer> => {
    const { requestId } = asked.requestContext;
    const { headers, ...answer } = await withIds({ request_id: requestId }, async () => {
      try {
        return await answered(asked, ports);
      } catch (error) {
        ports.log.failure("webhook.failed", error);
        // The carrier retries after a 503, but gives the call up after a 500.
        return problem(asked, { status: 503, code: "unavailable", detail: "Try again." });
      }
    });
    return { ...answer, headers: { ...headers, "x-request-id": requestId } };
  };
}

/** A webhook of ours, and who has signed it, where that is known. */
interface Webhook extends HttpEvent {
  readonly tid: string;
  readonly signer: string | undefined;
}

async function answered(asked: HttpEvent, ports: WebhookPorts): Promise<Answer> {
  if (!METHODS.includes(asked.requestContext.http.method)) return unknownPath(asked);
  const address = readWebhookPath({ path: asked.rawPath, keys: ports.webhookKeys });
  if ("wrong" in address)
    return address.wrong === "shape"
      ? unknownPath(asked)
      : forged(asked, "The token in this address is not the one that was given for it.", ports);
  const { tid, purpose } = address;
  nameIds({ tid });
  const { signer, refused } = signerOf(asked, ports);
  if (refused) return refused;
  const webhook = { ...asked, tid, signer };
  switch (purpose.kind) {
    case "status":
      return await status(webhook, purpose, ports);
    case "digits":
      return await digits(webhook, purpose, ports);
    default:
      return purpose satisfies never;
  }
}

type Purpose<Kind> = WebhookPurpose & { readonly kind: Kind };

async function status(asked: Webhook, { of: named, dial }: Purpose<"status">, ports: WebhookPorts): Promise<Answer> {
  const { tid, signer } = asked;
  const payload = payloadOf(asked);
  if (!ports.verboseEvents && IgnorablePayloadSchema.safeParse(payload).success) return NOTHING_TO_SAY;
  const report = StatusPayloadSchema.safeParse(payload);
  const error = ErrorPayloadSchema.safeParse(payload);
  if (!report.success && !error.success) {
    ports.log.info({ event: "webhook.ignored" });
    return NOTHING_TO_SAY;
  }
  const isBeep = report.success && report.data.sub_state === "beep_start";
  const spec = named === undefined || isBeep ? await ports.calls.spec(tid) : undefined;
  const of = named ?? (spec && { applicationId: spec.applicationId, batchId: spec.batch?.id });
  if (of === undefined) return unknownCall(asked);
  if (isOfAnother(of, signer)) return forged(asked, "The webhook is signed for another application.", ports);
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
  return message === undefined ? NOTHING_TO_SAY : says(message);
}

function statusOf({ uuid, call_uuid, start_time, duration, ...report }: StatusPayload, now: Date) {
  const answered_at = withinYear(start_time, now);
  const { status, detail, price, rate, network } = report;
  return { status, uuid: uuid ?? call_uuid, detail, answered_at, duration_seconds: duration, price, rate, network };
}

async function digits(asked: Webhook, { attempt, dial }: Purpose<"digits">, ports: WebhookPorts): Promise<Answer> {
  const { tid, signer } = asked;
  const payload = attempt === Number(SAID) ? NOTHING : DigitsPayloadSchema.safeParse(payloadOf(asked));
  if (!payload.success)
    return problem(asked, { status: 400, code: "invalid_webhook", detail: "Expected dtmf, as an object or as text." });
  const spec = await ports.calls.spec(tid);
  if (spec === undefined) return unknownCall(asked);
  if (isOfAnother(spec, signer)) return forged(asked, "The webhook is signed for another application.", ports);

  // The call is completed, and what to judge by is erased: a report that comes so late cannot be judged, and changes nothing.
  if (isWordless(spec)) {
    ports.log.info({ event: "webhook.ignored" });
    return says(hangUpScript());
  }
  const { digits: keyed, timedOut: timed_out } = payload.data;
  const judged = await judge({ spec, keyed }, ports);
  const data = { attempt, ...judged, timed_out, dial };
  const { applicationId, batch } = spec;
  const told = metadata({ tid, applicationId, batchId: batch?.id }, ports);
  await ports.bus.publish([{ type: "call.digits", metadata: told, data }]);
  const { matched } = judged;
  ports.log.info({ event: "webhook.digits", attempt, matched });
  return says(nextScript({ spec, attempt, dial, matched, keyed, baseUrl: baseUrlOf(asked) }, ports));
}

/** Of the webhook that tells that all was said: it is about nothing that was keyed. */
const NOTHING = { success: true, data: { digits: "", timedOut: false } } as const;

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

/** By the carrier's signature, where it can be checked. */
function signerOf(
  asked: HttpEvent,
  ports: WebhookPorts,
): { readonly signer?: string | undefined; readonly refused?: Answer } {
  const { signatureSecrets: secrets, clock } = ports;
  if (secrets.size === 0) return {};
  const { authorization } = asked.headers;
  // Rarely one comes unsigned; after a 5xx it comes again, signed:
  // https://developer.vonage.com/en/messages/concepts/signed-webhooks
  if (authorization === undefined) {
    ports.log.info({ event: "webhook.forged", why: "not_signed" });
    return { refused: problem(asked, { status: 503, code: "unavailable", detail: "The webhook is not signed." }) };
  }
  const signed = webhookSigner(
    { authorization, payload: signedPayloadOf(asked), nowMs: clock.now().getTime() },
    secrets,
  );
  if (!("wrong" in signed)) return { signer: signed.applicationId };
  return { refused: forged(asked, `The webhook's signature does not hold: ${signed.wrong}.`, ports) };
}

function forged(asked: HttpEvent, detail: string, { log }: WebhookPorts): Answer {
  log.info({ event: "webhook.forged" });
  return problem(asked, { status: 401, code: "forged_webhook", detail });
}

/** Not every signature names an application. */
function isOfAnother({ applicationId }: CallOrigin, signer: string | undefined): boolean {
  return signer !== undefined && signer !== applicationId.toLowerCase();
}

/** The address by which the carrier reached us: a function cannot be linked to its own URL. */
function baseUrlOf({ headers, requestContext }: HttpEvent): string {
  return `${headers["x-forwarded-proto"] ?? "https"}://${headers.host ?? requestContext.domainName}`;
}

function metadata(
  { tid, applicationId: application_id, batchId: batch_id }: CallOrigin & { tid: string },
  { random, clock }: WebhookPorts,
): Event["metadata"] {
  return { id: random.uuid(), version: 1, tid, application_id, batch_id, time: clock.now().toISOString() };
}
