import { callbackRequest, callbackSecret } from "@promptcall/core/callbacks/callback-request";
import { resultContent } from "@promptcall/core/callbacks/result";
import type { CallbackMessage } from "@promptcall/core/contracts/delivery-messages";
import type { CallbackAnswer } from "../../src/ports/callback-sender.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { fixtureWith } from "../fixture.ts";
import { after, at, claim, KEYS, queued, report, SETTINGS, spec, TID, TO } from "../given.ts";

export const completed = () => after(queued(), claim(), report(2, { type: "leg", status: "rejected" }));

export const ports = { keys: [KEYS.callback] as const, settings: SETTINGS.callback };
export const first: CallbackMessage = { v: 1, type: "callback", tid: TID, attempt: 1, not_before: at(30) };
export const attempt = (ordinal: number): CallbackMessage => ({ ...first, attempt: ordinal, not_before: at(60) });

export const ok: CallbackAnswer = { httpStatus: 200, durationMs: 12 };
export const down: CallbackAnswer = { httpStatus: 503, durationMs: 12 };
export const silent: CallbackAnswer = { failure: "timeout", durationMs: 10_000 };

/** A completed call, and a customer's server that answers like this in turn. */
export async function completedFixture(...answers: Parameters<typeof scriptedSender>) {
  const fixture = { ...(await fixtureWith(completed(), { now: at(60) })), ...ports };
  return { ...fixture, sender: scriptedSender(...answers) };
}

export const request = (now: string, callback = spec().callback) =>
  callbackRequest({
    callback,
    content: resultContent({ tid: TID, to: TO, outcome: { status: "error", reason: "rejected" } }),
    secrets: [callbackSecret({ key: KEYS.callback, applicationId: "app" })],
    now: new Date(now),
  });

const metadata = (id: string) => ({ id: `${id}_${TID}`, version: 1, tid: TID, application_id: "app", time: at(60) });
export const delivered = (ordinal = 1) => ({
  type: "callback.delivered",
  metadata: metadata("delivered"),
  data: { attempt: ordinal, http_status: 200, duration_ms: 12 },
});
export const parked = (attempts: number, why: string) => ({
  type: "callback.parked",
  metadata: metadata(`parked_${attempts}`),
  data: { attempts, why },
});
