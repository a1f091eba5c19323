import type { Context } from "hono";
import type { Problem } from "../../http/problem.ts";
import { type Credential, type CredentialPorts, readCredential } from "../proof/credential.ts";
import { readBatch } from "./read-batch.ts";
import { readBody } from "./read-body.ts";
import { type Calls, invalidRequest, readCall } from "./read-call.ts";

/** A request by an application: which calls, for whom, and under which idempotency key. */
export interface AcceptRequest {
  readonly calls: Calls;
  readonly credential: Credential;
  readonly key: string | undefined;
  readonly content: string;
}

export async function readRequest(c: Context, ports: CredentialPorts): Promise<AcceptRequest | { problem: Problem }> {
  const body = await readBody(c);
  if ("problem" in body) return body;
  const fields = body.kind === "call" ? body.fields : body.top;
  const credential = readCredential({ header: c.req.header("authorization"), fields }, ports);
  if ("problem" in credential) return credential;
  const credentialErrors = "errors" in credential ? credential.errors : [];
  const known = { credentialErrors, nowMs: ports.clock.now().getTime(), receivers: ports.settings.callback };
  const calls = body.kind === "call" ? readCall(body.fields, known) : readBatch(body, known);
  if ("problem" in calls) return calls;
  if ("errors" in credential) return { problem: invalidRequest(credential.errors) };
  return { calls, credential, key: c.req.header("idempotency-key"), content: body.text };
}
