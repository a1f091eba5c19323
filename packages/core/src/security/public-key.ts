import { createHash, createPublicKey, type KeyObject } from "node:crypto";

/** What RS256 asks for; and no more than can be verified in a millisecond. */
export const SMALLEST_KEY_BITS = 2048;
export const LARGEST_KEY_BITS = 4096;

/** So many at a time: the next one is registered before the last one is withdrawn. */
export const MOST_PUBLIC_KEYS = 2;

/** A public key of an application. */
export interface PublicKey {
  /** SPKI. */
  readonly pem: string;
  /** Nobody has registered it: the carrier took a credential that was signed with its private half. */
  readonly learned?: boolean;
  /** The application has registered it itself. */
  readonly own?: boolean;
}

/** The key in the form in which it is kept; undefined when it is no public key for RS256. */
export function readPublicKey(pem: string): PublicKey | undefined {
  // Node would take the public half of a private key, which nobody should have sent.
  if (/PRIVATE KEY/.test(pem)) return undefined;
  try {
    return publicKeyOf(createPublicKey(pem.replaceAll("\\n", "\n").trim()));
  } catch {
    return undefined;
  }
}

/** The public half of a private key. */
export function publicHalf(privateKey: KeyObject): PublicKey | undefined {
  return publicKeyOf(createPublicKey(privateKey));
}

function publicKeyOf(key: KeyObject): PublicKey | undefined {
  return isForRs256(key) ? { pem: key.export({ type: "spki", format: "pem" }).toString() } : undefined;
}

export function isForRs256({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean {
  const { modulusLength = 0 } = asymmetricKeyDetails ?? {};
  return asymmetricKeyType === "rsa" && modulusLength >= SMALLEST_KEY_BITS && modulusLength <= LARGEST_KEY_BITS;
}

/** By which people tell one key from another. */
export function fingerprintOf({ pem }: PublicKey): string {
  const der = createPublicKey(pem).export({ type: "spki", format: "der" });
  return `SHA256:${createHash("sha256").update(der).digest("base64url")}`;
}

/** Who vouches for a key. */
export function kindOf({ learned, own }: PublicKey): "registered" | "own" | "learned" {
  if (learned) return "learned";
  return own ? "own" : "registered";
}

/**
 * The keys once one more is registered. A key that was only learned gives way; of two registered ones the older does.
 */
export function withPublicKey(keys: readonly PublicKey[], added: PublicKey): readonly PublicKey[] {
  const others = keys.filter(({ pem, learned }) => !learned && pem !== added.pem);
  return [...others, added].slice(-MOST_PUBLIC_KEYS);
}
