import type { Problem } from "../../http/problem.ts";
import type { OldAccounts } from "../../ports/old-accounts.ts";
import type { Fields } from "../acceptance/parameters.ts";
import { type Credential, type CredentialPorts, readCredential } from "../proof/credential.ts";

export type OldCredentialPorts = CredentialPorts & { readonly oldAccounts: OldAccounts };

/** The credential of the application whose API key and secret these are. */
export async function oldCredential(
  { api_key, api_secret }: Fields,
  ports: OldCredentialPorts,
): Promise<Credential | { problem: Problem }> {
  if (typeof api_key !== "string" || typeof api_secret !== "string") return { problem: MISSING };
  const account = await ports.oldAccounts.open({ apiKey: api_key.trim(), secret: api_secret.trim() });
  if (account === "too_many_tries") return { problem: TOO_MANY };
  if (account === undefined) return { problem: REJECTED };
  const fields = { app_id: account.applicationId, private_key: account.privateKey };
  const credential = readCredential({ header: undefined, fields }, ports);
  return "errors" in credential ? { problem: REJECTED } : credential;
}

const MISSING: Problem = {
  status: 401,
  code: "missing_credential",
  detail: "Send api_key and api_secret.",
};

const REJECTED: Problem = {
  status: 401,
  code: "credential_rejected",
  detail: "The operator has not registered this api_key, or the api_secret is another.",
};

const TOO_MANY: Problem = {
  status: 429,
  code: "too_many_new_credentials",
  detail: "Too many secrets of this api_key are tried at the moment. Try again in a second.",
};
