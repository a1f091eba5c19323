import type { RequestIdentity } from "@promptcall/core/security/request-hash";
import type { AddressPolicy } from "../../http/address-policy.ts";
import type { Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { type Credential, type CredentialPorts, readCredential } from "../proof/credential.ts";
import { BATCH, inQuery, ONE_CALL } from "./call-parameters.ts";
import { invalidEncoding } from "./decode-body.ts";
import { formFields } from "./form-fields.ts";
import { idempotencyKeyOf } from "./idempotency-key.ts";
import { type Fields, givenOf, isFields } from "./parameters.ts";
import { type Body, readBody } from "./read-body.ts";
import type { Calls } from "./read-call.ts";
import { invalidRequest } from "./refuse-fields.ts";

/** A request by an application: which calls, for whom, and under which idempotency key. */
export interface AcceptRequest {
  /** As far as anybody may know what is wrong with them: hosts and ports are judged by what the application allows. */
  readonly calls: Calls;
  /** The same calls, if their results may go to these receivers only. */
  callsFor(receivers: AddressPolicy): Promise<Calls | { problem: Problem }>;
  readonly credential: Credential;
  readonly key: string | undefined;
  readonly identity: RequestIdentity;
}

export async function readRequest(
  request: HttpRequest,
  ports: CredentialPorts,
): Promise<AcceptRequest | { problem: Problem }> {
  const contentType = request.headers["content-type"];
  const bytes = request.body;
  const body = await readBody({ contentType, bytes });
  if ("problem" in body) return body;
  const { pathname: path, search } = request.url;
  const query = search.slice(1);
  const asked = formFields({ text: query, encoding: "utf-8" });
  if (asked === undefined)
    return { problem: invalidEncoding("An escape in the query does not decode. Escape the bytes of UTF-8.") };
  const { whole, errors } = withQuery(body, asked);

  const { given } = whole.kind === "call" ? givenOf(whole.fields, ONE_CALL) : givenOf(whole.top, BATCH);
  const credential = readCredential({ header: request.headers.authorization, fields: given }, ports);
  if ("problem" in credential) return credential;
  const key = idempotencyKeyOf(request.headers["idempotency-key"]);
  if ("problem" in key) return key;
  const credentialErrors = "errors" in credential ? credential.errors : [];
  const nowMs = ports.clock.now().getTime();
  const callsFor = async (receivers: AddressPolicy) => {
    const { lengthSeconds: longestSeconds } = ports.settings.carrier;
    const known = { otherErrors: [...credentialErrors, ...errors], nowMs, receivers, longestSeconds };
    // What is known of all numbers of the world is loaded with the first request.
    return whole.kind === "call"
      ? (await import("./read-call.ts")).readCall(whole.fields, known)
      : (await import("./read-batch.ts")).readBatch(whole, known);
  };
  const calls = await callsFor({ ...ports.settings.callback, ports: "any" });
  if ("problem" in calls) return calls;
  if ("errors" in credential) return { problem: invalidRequest(credential.errors) };
  const identity = { method: request.method, path, query, contentType: contentType?.toLowerCase() ?? "", body: bytes };
  return { calls, callsFor, credential, ...key, identity };
}

/** What is in the query holds where the body does not say otherwise: for the call, the batch, or each of its calls. */
function withQuery(body: Body, query: Fields) {
  const { ofCalls, ofBatch, errors } = inQuery(query);
  if (body.kind === "call") return { whole: { ...body, fields: { ...query, ...body.fields } }, errors };
  const { defaults = {}, ...top } = body.top;
  const all = isFields(defaults) ? { ...ofCalls, ...defaults } : defaults;
  return { whole: { ...body, top: { ...ofBatch, ...top, defaults: all } }, errors };
}
