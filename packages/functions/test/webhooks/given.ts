import { isDeepStrictEqual } from "node:util";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import {
  type CallOrigin,
  readWebhookPath,
  type WebhookPurpose,
  webhookUrl,
} from "@promptcall/core/security/webhook-address";
import type { SignatureSecrets } from "@promptcall/core/security/webhook-signature";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { requests } from "../../testing/requests.ts";
import { fixtureWith } from "../fixture.ts";
import { at, BASE_URL, KEYS, queued, spec as specOf, TID } from "../given.ts";

/** A call on record, and the app that hears of it. */
export async function webhookFixture({
  spec = specOf(),
  signatureSecrets = new Map(),
}: {
  spec?: CallSpec;
  signatureSecrets?: SignatureSecrets;
} = {}) {
  const keys = { pinKeys: [KEYS.pin], webhookKeys: [KEYS.webhook] } as const;
  const fixture = { ...(await fixtureWith(queued(), { spec, now: at(5) })), ...keys, signatureSecrets };
  return { fixture, app: requests(webhooksApp(fixture)) };
}

/** With the application of the call, and its batch. */
export const statusUrl = (tid = TID, of: CallOrigin = { applicationId: "app" }) =>
  webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose: { kind: "status", of } });

/** As addresses were before they named these. */
export const oldStatusUrl = (tid = TID) =>
  webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose: { kind: "status" } });

export const digitsUrl = (attempt = 1, tid = TID) =>
  webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid, purpose: { kind: "digits", attempt } });

export const posted = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", host: "hooks.example" },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

/** Whether the address is one that we gave out, for this purpose. */
export function isOurs(url: string, purpose: WebhookPurpose): boolean {
  const read = readWebhookPath({ path: new URL(url).pathname, keys: [KEYS.webhook] });
  return isDeepStrictEqual(read, { tid: TID, purpose: { dial: undefined, ...purpose } });
}

/** An address in which one part of the path is another. */
export function altered(url: string, part: string, by: string): string {
  const found = new URL(url);
  const parts = found.pathname.split("/");
  found.pathname = parts.with(parts.indexOf(part), by).join("/");
  return found.href;
}

export const problem = (status: number, title: string, code: string, detail: string) => ({
  status,
  body: { type: `urn:promptcall:problem:${code}`, title, status, detail },
});

export async function answerOf(response: Response) {
  const text = await response.text();
  return { status: response.status, body: text === "" ? "" : JSON.parse(text) };
}
