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
  key,
  ...address
}: Address & { readonly baseUrl: string; readonly key: Uint8Array }): string {
  const named = [address.tid, ...pathOf(address.purpose)].join("/");
  return `${baseUrl.replace(/\/$/, "")}${ROOT}${named}/${tokenOf({ named, key })}`;
}

const ROOT = "/calls/";

/** What the path of an address names, if we gave that out: it may look like none of ours, or have another's token. */
export function readWebhookPath({
  path,
  keys,
}: {
  readonly path: string;
  readonly keys: Keys;
}): Address | { readonly wrong: "shape" | "token" } {
  const end = path.lastIndexOf("/");
  const [named, token] = [path.slice(ROOT.length, end), path.slice(end + 1)];
  const address = path.startsWith(ROOT) && token !== "" ? addressOf(named.split("/")) : undefined;
  if (address === undefined) return { wrong: "shape" };
  return isGenuine({ named, token, keys }) ? address : { wrong: "token" };
}

/** Read as it stands, encoded characters and all: we put none into an address. */
function addressOf([tid, ...path]: readonly (string | undefined)[]): Address | undefined {
  if (!tid || path.includes("")) return undefined;
  const [dial, parts] = path[0] === "dial" ? [Number(path[1]), path.slice(2)] : [undefined, path];
  const [kind, first, second, ...others] = parts;
  if (others.length > 0) return undefined;
  if (kind === "digits" && first !== undefined && second === undefined)
    return { tid, purpose: { kind, attempt: Number(first), dial } };
  if (kind !== "status") return undefined;
  if (first !== undefined) return { tid, purpose: { kind, of: { applicationId: first, batchId: second }, dial } };
  // As addresses were that are still with the carrier.
  return dial === undefined ? { tid, purpose: { kind } } : undefined;
}

function isGenuine({ named, token, keys }: { named: string; token: string; keys: Keys }): boolean {
  const actual = Buffer.from(token);
  return keys.some((key) => {
    const expected = Buffer.from(tokenOf({ named, key }));
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

/** Over the text of the address: what is spelled in another way, as `01`, is another. */
function tokenOf({ named, key }: { named: string; key: Uint8Array }): string {
  return hmac(key).update(named).digest("base64url");
}
