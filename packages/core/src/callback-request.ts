import { createHmac } from "node:crypto";
import { hmac } from "./keys.ts";
import { type Result, resultParameters } from "./result.ts";

/** The secret a customer verifies its results with: one for each application, derived, so that none is stored. */
export function callbackSecret({ key, applicationId }: { key: Uint8Array; applicationId: string }): Buffer {
  return hmac(key).update(`callback\n${applicationId}`).digest();
}

/** The form in which Standard Webhooks libraries take a secret. */
export function writtenSecret(secret: Buffer): string {
  return `whsec_${secret.toString("base64")}`;
}

export interface CallbackRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * The result as a request: parameters in the query of a GET, a form in a POST, signed as Standard Webhooks has it. A GET
 * has no body, so what is signed there is the query string as sent. `webhook-id` is the same on every attempt. Each
 * secret signs: a customer verifies with whichever it has.
 */
export function callbackRequest({
  callback,
  result,
  secrets,
  now,
}: {
  callback: { readonly url: string; readonly method: "GET" | "POST" };
  result: Result;
  secrets: readonly Buffer[];
  now: Date;
}): CallbackRequest {
  const parameters = resultParameters(result);
  const url = new URL(callback.url);
  // As text: the receiver's own parameters stay as they were written.
  if (callback.method === "GET") url.search = [url.search.slice(1), parameters].filter(String).join("&");
  const body = callback.method === "POST" ? parameters.toString() : undefined;

  const id = `msg_${result.tid}`;
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signed = [id, timestamp, body ?? url.search.slice(1)].join(".");
  const signatures = secrets.map((secret) => `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`);
  return {
    url: url.href,
    method: callback.method,
    headers: {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": signatures.join(" "),
      "user-agent": "promptcall",
      ...(body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    },
    ...(body !== undefined && { body }),
  };
}
