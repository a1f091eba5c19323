import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";

export interface Account {
  readonly applicationId: string;
  readonly privateKey: KeyObject;
  /** As it is posted with a call. */
  readonly pem: string;
}

/** An account at the carrier; the simulated one takes any. */
export function newAccount(): Account {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { applicationId: randomUUID(), privateKey, pem };
}

export async function jwtOf({ applicationId, privateKey }: Omit<Account, "pem">): Promise<string> {
  return await new SignJWT({ application_id: applicationId })
    .setProtectedHeader({ alg: "RS256", typ: "JWT" })
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime("15m")
    .sign(privateKey);
}

/** Posts one call and gives back its tid. @throws {Error} with the answer when it was not accepted */
export async function postCall({
  apiUrl,
  jwt,
  fields,
}: {
  apiUrl: string;
  jwt?: string;
  fields: Readonly<Record<string, string>>;
}): Promise<string> {
  const response = await fetch(`${apiUrl}/call`, {
    method: "POST",
    body: new URLSearchParams(fields),
    ...(jwt !== undefined && { headers: { authorization: `Bearer ${jwt}` } }),
  });
  const answer = await response.text();
  if (response.status !== 202) throw new Error(`POST /call was answered ${response.status}: ${answer}`);
  return JSON.parse(answer).tid;
}
