import { faultOf } from "../../http/address-policy.ts";
import type { Problem } from "../../http/problem.ts";
import type { CredentialPorts } from "../proof/credential.ts";
import { type Proven, type ProvePorts, prove } from "../proof/prove.ts";
import type { Calls } from "./read-call.ts";
import type { AcceptRequest } from "./read-request.ts";

/**
 * Proves who asks, and then judges the receivers by what that application allows: a stranger does not learn it. Rows are
 * read again only where one of them is at fault.
 */
export async function proveAsked(
  { calls, callsFor, credential }: AcceptRequest,
  ports: ProvePorts & CredentialPorts,
): Promise<{ calls: Calls; proven: Proven } | { problem: Problem }> {
  const proven = await prove(credential, ports);
  if ("problem" in proven) return proven;
  const policy = { ...ports.settings.callback, hosts: proven.application.callbackHosts };
  const allowed = receiversOf(calls).every((url) => faultOf(new URL(url), policy) === undefined)
    ? calls
    : await callsFor(policy);
  return "problem" in allowed ? allowed : { calls: allowed, proven };
}

function receiversOf({ rows, callbackUrl }: Calls): readonly string[] {
  const urls = new Set([...rows.map(({ request }) => request.callback), callbackUrl]);
  return [...urls].filter((url) => url !== undefined);
}
