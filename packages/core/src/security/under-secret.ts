import { createCipheriv, createDecipheriv, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/**
 * What it costs to try a secret, since some are short: 32 MB, and a fifth of a second.
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#scrypt
 */
const COST: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 ** 2 };
const HALF = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export interface UnderSecret {
  readonly salt: string;
  /** By this the secret is judged. */
  readonly check: string;
  readonly sealed: string;
}

interface Secret {
  readonly secret: string;
  /** What it is bound to. */
  readonly name: string;
}

/** Something sealed under a secret that is kept nowhere. */
export async function sealedUnder(
  given: Secret & { readonly value: string; readonly salt: Uint8Array; readonly iv: Uint8Array },
): Promise<UnderSecret> {
  const { value, salt, iv, name } = given;
  const [check, key] = await halvesOf({ ...given, salt });
  const cipher = createCipheriv("aes-256-gcm", key, iv.subarray(0, IV_BYTES)).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
  const sealed = Buffer.concat([iv.subarray(0, IV_BYTES), cipher.getAuthTag(), data]);
  return {
    salt: Buffer.from(salt).toString("base64url"),
    check: check.toString("base64url"),
    sealed: sealed.toString("base64url"),
  };
}

/** What was sealed; undefined with another secret. */
export async function openedUnder(given: Secret & UnderSecret): Promise<string | undefined> {
  const [check, key] = await halvesOf({ ...given, salt: Buffer.from(given.salt, "base64url") });
  if (!timingSafeEqual(check, Buffer.from(given.check, "base64url"))) return undefined;
  const bytes = Buffer.from(given.sealed, "base64url");
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(given.name))
    .setAuthTag(tag);
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString("utf8");
}

async function halvesOf({ secret, salt }: Secret & { salt: Uint8Array }): Promise<readonly [Buffer, Buffer]> {
  const derived = await new Promise<Buffer>((resolve, reject) =>
    scrypt(secret, salt, 2 * HALF, COST, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );
  return [derived.subarray(0, HALF), derived.subarray(HALF)];
}

/** What a private key is bound to: it is of no use beside another API key, or for another application. */
export function oldKeyName({ apiKey, applicationId }: { apiKey: string; applicationId: string }): string {
  return JSON.stringify([apiKey, applicationId]);
}
