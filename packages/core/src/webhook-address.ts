import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys } from "./keys.ts";

/**
 * The carrier's webhooks are signed with a secret of the customer's account that we do not have. So each address
 * carries its own proof: a token over what it is for, which call, and which attempt. The server thereby owns the count
 * of attempts, and an altered address is worth nothing.
 */
export type WebhookPurpose = { readonly kind: "status" } | { readonly kind: "digits"; readonly attempt: number };

interface Address {
  readonly tid: string;
  readonly purpose: WebhookPurpose;
}

export function webhookUrl({
  baseUrl,
  ...address
}: Address & { readonly baseUrl: string; readonly key: Uint8Array }): string {
  const path = [...pathOf(address.purpose), tokenOf(address).toString("base64url")].join("/");
  return `${baseUrl.replace(/\/$/, "")}/calls/${address.tid}/${path}`;
}

export function isGenuine({
  token,
  keys,
  ...address
}: Address & { readonly token: string; readonly keys: Keys }): boolean {
  const actual = Buffer.from(token, "base64url");
  // The decoder skips what is not base64url; only the exact text counts.
  if (actual.toString("base64url") !== token) return false;
  return keys.some((key) => {
    const expected = tokenOf({ ...address, key });
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}

function pathOf(purpose: WebhookPurpose): string[] {
  return purpose.kind === "digits" ? ["digits", String(purpose.attempt)] : ["status"];
}

function tokenOf({ key, tid, purpose }: Address & { readonly key: Uint8Array }): Buffer {
  return hmac(key)
    .update([tid, ...pathOf(purpose)].join("/"))
    .digest();
}
