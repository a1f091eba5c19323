import { generateKeyPairSync } from "node:crypto";
import type { ApiKeyHashes } from "@promptcall/core/security/api-key";
import { expect } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import type { Applications } from "../../src/ports/applications.ts";
import { requests } from "../../testing/requests.ts";
import { emptyFixture } from "../fixture.ts";
import { CREDENTIAL, KEYS, PIN, TO } from "../given.ts";
import { expectConforming } from "./conforming.ts";

/** All that a customer may send, credential apart. */
export const PARAMETERS = {
  to: TO,
  from: "447700900999",
  text: "Please enter your PIN",
  pin_code: PIN,
  callback: "https://customer.example/result",
  callback_method: "POST",
  bye_text: "Thank you",
  failed_text: "That was wrong",
};

export const rsaKey = (modulusLength: number) =>
  generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

export const BEARER = { authorization: `Bearer ${CREDENTIAL}` };

export function apiFixture({
  verboseEvents = true,
  apiKeys = [],
}: {
  verboseEvents?: boolean;
  apiKeys?: ApiKeyHashes;
} = {}) {
  const fixture = {
    ...emptyFixture(),
    pinKeys: [KEYS.pin] as const,
    statusKeys: [KEYS.status] as const,
    verboseEvents,
    apiKeys,
    parts: { table: async () => {}, bus: async () => {}, "dial queue": async () => {} },
  };
  const handler = apiApp(fixture);
  return { fixture, handler, app: conforming(handler) };
}

/** Asks the api, every answer of which has to be as the OpenAPI document says. */
export function conforming(
  handler: ReturnType<typeof apiApp>,
  { onAnswer = () => {} }: { onAnswer?: (what: string) => void } = {},
): ReturnType<typeof requests> {
  const app = requests(handler);
  return {
    async request(url, init = {}, event) {
      const answer = await app.request(url, init, event);
      const path = new URL(url, "https://function.example").pathname;
      const what = await expectConforming({ method: init.method ?? "GET", path }, answer.clone());
      if (what !== undefined) onAnswer(what);
      return answer;
    },
  };
}

/** Has the application proven by this key, so that nobody is asked. */
export async function register(
  { applicationId, pem }: { applicationId: string; pem: string },
  { applications }: { applications: Applications },
): Promise<void> {
  await applications.write(applicationId, { seen: {}, next: { publicKeys: [{ pem }] } });
}

export const json = (body: unknown, headers: Record<string, string> = BEARER): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body),
});

export const form = (
  body: Record<string, string> | [string, string][],
  headers: Record<string, string> = BEARER,
): RequestInit => ({ method: "POST", headers, body: new URLSearchParams(body) });

/**
 * All of an answer that a customer sees, apart from headers that say nothing of their own. A problem names its request as its
 * header does, another time by another id.
 */
export async function answerOf(response: Response) {
  const text = await response.text();
  const type = response.headers.get("content-type");
  const answer = { status: response.status, type };
  if (text === "") return { ...answer, body: "" as ReturnType<typeof JSON.parse> };
  const body = JSON.parse(text);
  if (type !== "application/problem+json") return { ...answer, body };
  const { request_id: id = null, ...others } = body;
  expect(id).toBe(response.headers.get("x-request-id"));
  return { ...answer, body: others };
}
