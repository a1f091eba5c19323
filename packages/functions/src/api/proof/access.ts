import type { Keys } from "@promptcall/core/security/keys";
import { isStatusToken, type StatusSubject } from "@promptcall/core/security/status-token";
import type { Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { nameIds } from "../../telemetry/ids.ts";
import { type CredentialPorts, fromHeader } from "./credential.ts";
import { type Proven, type ProvePorts, prove } from "./prove.ts";

export type AccessPorts = ProvePorts & CredentialPorts & { readonly statusKeys: Keys };

/** Who may see and change what an address names: whoever holds its token, and the application it belongs to. */
export interface Access {
  readonly id: string;
  /** Present when a credential came with the request, and proves itself. */
  readonly proven: Proven | undefined;
}

export const NOT_FOUND: Problem = {
  status: 404,
  code: "not_found",
  detail:
    "There is nothing at this address. An address from a 202 has a token, and works for 30 days; without the token it takes the credential of its application.",
};

/** A wrong credential is answered as such, whatever the token is: it may have been meant to hang up. */
export async function accessTo(
  request: HttpRequest,
  kind: StatusSubject["kind"],
  ports: AccessPorts,
): Promise<Access | { problem: Problem }> {
  const id = request.params.id ?? "";
  const isWatched = isStatusToken({
    kind,
    id,
    token: request.url.searchParams.get("token") ?? "",
    keys: ports.statusKeys,
  });
  const credential = await provenHeader(request, ports);
  if (credential !== undefined && "problem" in credential) return credential;
  if (!isWatched && credential === undefined) return { problem: NOT_FOUND };
  nameIds(kind === "call" ? { tid: id } : { batch_id: id });
  return { id, proven: credential };
}

/** Another application's things are not there. */
export function isFor({ proven }: Access, { applicationId }: { readonly applicationId: string }): boolean {
  return proven === undefined || proven.applicationId === applicationId.toLowerCase();
}

/** The application of the `Authorization` header; undefined where there is none. */
export async function provenHeader(
  request: HttpRequest,
  ports: AccessPorts,
): Promise<Proven | undefined | { problem: Problem }> {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const credential = fromHeader(header, ports.clock);
  return "problem" in credential ? credential : await prove(credential, ports);
}
