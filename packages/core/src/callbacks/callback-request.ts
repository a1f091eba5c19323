import { createHmac } from "node:crypto";
import { webhookId } from "../contracts/ids.ts";
import { basicAuthorization } from "../contracts/receiver.ts";
import { hmac } from "../security/keys.ts";

/** The secret with which a customer verifies results. It is derived per application, so none is stored. */
export function callbackSecret({ key, applicationId }: { key: Uint8Array; applicationId: string }): Buffer {
  return hmac(key).update(`callback\n${applicationId}`).digest();
}

/** The form in which Standard Webhooks libraries take a secret. */
export function formatSecret(secret: Buffer): string {
  return `whsec_${secret.toString("base64")}`;
}

export interface CallbackRequest {
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What is delivered, and its `webhook-id`: parameters, or an event as JSON. */
export type CallbackContent =
  | { readonly id: string; readonly parameters: URLSearchParams }
  | { readonly id: string; readonly json: string };

/**
 * Makes the signed request that delivers a result: a query for GET, a form for POST; JSON always goes by POST. The
 * signature follows Standard Webhooks; a GET has no body, so its query string is signed. `webhook-id` is the same on
 * every attempt. Every secret signs, so a customer verifies with whichever it has; without a secret there is no signature.
 */
export function callbackRequest({
  callback,
  content,
  secrets,
  basic,
  now,
}: {
  callback: { readonly url: string; readonly method: "GET" | "POST" };
  content: CallbackContent;
  secrets: readonly Buffer[];
  /** `user:password`, for a receiver that asks for them. */
  basic?: string | undefined;
  now: Date;
}): CallbackRequest {
  const url = new URL(callback.url);
  const body = bodyOf(content, callback.method);
  // Joined as text, so that the receiver's own parameters stay as they were written.
  if (body === undefined && "parameters" in content)
    url.search = [url.search.slice(1), content.parameters].filter(String).join("&");

  const id = webhookId(content.id);
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const signed = [id, timestamp, body?.text ?? url.search.slice(1)].join(".");
  const signatures = secrets.map((secret) => `v1,${createHmac("sha256", secret).update(signed).digest("base64")}`);
  return {
    url: url.href,
    method: body === undefined ? "GET" : "POST",
    headers: {
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      ...(signatures.length > 0 && { "webhook-signature": signatures.join(" ") }),
      ...(basic !== undefined && { authorization: basicAuthorization(basic) }),
      "user-agent": "promptcall",
      ...(body !== undefined && { "content-type": body.type }),
    },
    ...(body !== undefined && { body: body.text }),
  };
}

function bodyOf(content: CallbackContent, method: "GET" | "POST"): { text: string; type: string } | undefined {
  if ("json" in content) return { text: content.json, type: "application/json" };
  if (method === "GET") return undefined;
  return { text: content.parameters.toString(), type: "application/x-www-form-urlencoded" };
}
