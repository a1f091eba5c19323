import { timingSafeEqual } from "node:crypto";
import { hmac, type Keys } from "./keys.ts";

/**
 * The carrier signs webhooks with a secret of the customer's account, which we do not have. So each address carries a
 * token over its purpose, call and attempt. An altered address is refused, which also means that we count the attempts.
 */
export type WebhookPurpose = (
  | { readonly kind: "status"; readonly of?: CallOrigin }
  | { readonly kind: "digits"; readonly attempt: number }
) & {
  /** By which dial, of a call that may be dialed again: what is reported of one says nothing of another. */
  readonly dial?: number | undefined;
};

/** Whose call it is: with that in its address, a status is published without a look at the call. */
export interface CallOrigin {
  readonly applicationId: string;
  readonly batchId?: string | undefined;
}

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
  // The decoder skips invalid characters, but only the exact text may pass.
  if (actual.toString("base64url") !== token) return false;
  return keys.some((key) => {
    const expected = tokenOf({ ...address, key });
    return actual.length === expected.length && timingSafeEqual(actual, expected);
  });
}

function pathOf({ dial, ...purpose }: WebhookPurpose): string[] {
  return [...(dial === undefined ? [] : ["dial", String(dial)]), ...partsOf(purpose)];
}

function partsOf(purpose: WebhookPurpose): string[] {
  if (purpose.kind === "digits") return ["digits", String(purpose.attempt)];
  const { applicationId, batchId } = purpose.of ?? {};
  return ["status", applicationId, batchId].filter((part) => part !== undefined);
}

function tokenOf({ key, tid, purpose }: Address & { readonly key: Uint8Array }): Buffer {
  return hmac(key)
    .update([tid, ...pathOf(purpose)].join("/"))
    .digest();
}
