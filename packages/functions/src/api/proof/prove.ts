import { ownerOf } from "@promptcall/core/contracts/ids";
import type { ApplicationRecord } from "@promptcall/core/contracts/records/application";
import type { PublicKey } from "@promptcall/core/security/public-key";
import { type ChangeApplicationPorts, changeApplication } from "../../applications/change-application.ts";
import type { Problem } from "../../http/problem.ts";
import { type AskCarrierPorts, askCarrier } from "./ask-carrier.ts";
import type { Credential, Evidence } from "./credential.ts";
import { isSignedBy } from "./signature.ts";

export type ProvePorts = AskCarrierPorts & ChangeApplicationPorts;

/** Who asks, beyond doubt. Nothing is reserved, stored, queued, signed or shown for anybody else. */
export interface Proven extends Pick<Credential, "applicationId" | "jwtFor"> {
  readonly application: ApplicationRecord;
  /** Whose loop its calls are in. */
  readonly owner: string;
}

/**
 * The door of the api. A registered key decides by itself; the carrier is asked about a credential that no known key has
 * signed, once. Where keys are set, it is asked about keys that no operator has set as well: whoever has a JWT for a day may
 * register a key of its own, and does not shut out the owner with it.
 */
export async function prove(
  credential: Credential & { readonly setsKeys?: boolean },
  ports: ProvePorts,
): Promise<Proven | { problem: Problem }> {
  const { applicationId, evidence, jwtFor, setsKeys = false } = credential;
  const application = await ports.applications.read(applicationId);
  const owner = ownerOf({ applicationId, account: application.account });
  const proven = { applicationId, application, owner, jwtFor };
  const keys = application.publicKeys ?? [];
  if (isMadeWith(evidence, keys)) return proven;
  if (keys.some(({ learned, own }) => !learned && !(own && setsKeys))) return { problem: REJECTED };

  const answer = await askCarrier({ subject: subjectOf(credential), owner, jwt: () => jwtOf(evidence) }, ports);
  switch (answer) {
    case "yes":
      if (evidence.kind === "private_key") await learn({ applicationId, key: evidence.publicKey }, ports);
      return proven;
    case "no":
      return { problem: REJECTED };
    case "too_many":
      return { problem: TOO_MANY };
    case "no_answer":
      return { problem: NO_ANSWER };
    default:
      return answer satisfies never;
  }
}

function isMadeWith(evidence: Evidence, keys: readonly PublicKey[]): boolean {
  return evidence.kind === "jwt"
    ? isSignedBy(evidence.jwt, keys)
    : keys.some(({ pem }) => pem === evidence.publicKey.pem);
}

function subjectOf({ applicationId, evidence }: Credential): string {
  return evidence.kind === "jwt" ? evidence.jwt : `${applicationId}/${evidence.publicKey.pem}`;
}

async function jwtOf(evidence: Evidence): Promise<{ jwt: string; expiresAtMs: number }> {
  return evidence.kind === "jwt" ? evidence : await evidence.trial();
}

/** The carrier has taken what its private half has signed: from now on nobody needs to be asked about that. */
async function learn(
  { applicationId, key }: { applicationId: string; key: PublicKey },
  ports: ProvePorts,
): Promise<void> {
  const change = (known: ApplicationRecord) =>
    known.publicKeys?.some(({ learned }) => !learned) ? known : { ...known, publicKeys: [{ ...key, learned: true }] };
  await changeApplication({ applicationId, by: "credential", change }, ports);
}

const REJECTED: Problem = {
  status: 401,
  code: "credential_rejected",
  detail:
    "The credential was not made with the private key of this application. Was the key changed? Then register the new public key with PUT /application, and send this again.",
  headers: { "www-authenticate": 'Bearer error="invalid_token"' },
};

const TOO_MANY: Problem = {
  status: 429,
  code: "too_many_new_credentials",
  detail:
    "The carrier is asked about each new credential, and too many are new at the moment. Send one JWT with many requests, or register the public key of the application: then nobody is asked.",
  headers: { "retry-after": "1" },
};

const NO_ANSWER: Problem = {
  status: 503,
  code: "credential_not_checked",
  detail: "The carrier, which knows whether the credential is genuine, did not answer. Nothing was accepted.",
  headers: { "retry-after": "5" },
};
