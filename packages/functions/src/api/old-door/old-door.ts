import { oldCallId } from "@promptcall/core/callbacks/old-result";
import type { Settings } from "@promptcall/core/contracts/settings";
import type { AddressPolicy } from "../../http/address-policy.ts";
import { type Answer, json } from "../../http/answer.ts";
import type { FieldError, Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { idempotencyKeyOf } from "../acceptance/idempotency-key.ts";
import type { Fields } from "../acceptance/parameters.ts";
import { accept, type PostCallPorts } from "../acceptance/post-call.ts";
import { readCall } from "../acceptance/read-call.ts";
import type { AcceptRequest } from "../acceptance/read-request.ts";
import { type OldCredentialPorts, oldCredential } from "./old-credential.ts";
import { type OldFields, oldFields } from "./old-fields.ts";
import { ofOldReceiver } from "./old-receiver.ts";
import { statusOf } from "./old-status.ts";
import { type OldMode, oldName, translated } from "./translate.ts";

export type OldDoorPorts = PostCallPorts &
  OldCredentialPorts & { readonly settings: Pick<Settings, "credentialInQuery"> };

/** Accepts a call by a request of the deprecated API, and answers in its shape. */
export async function oldDoor(request: HttpRequest, mode: OldMode, ports: OldDoorPorts): Promise<Answer> {
  const sent = await oldFields(request);
  const asked = "problem" in sent ? sent : await readOldRequest(request, { mode, sent }, ports);
  const accepted = "problem" in asked ? asked : await accept(asked, ports);
  if ("problem" in accepted) {
    const { status, code, errors = [], detail } = accepted.problem;
    ports.log.info({ event: "call.rejected", status, code });
    return json({ status: statusOf(accepted.problem), error_text: errors.length > 0 ? said(errors) : detail });
  }
  const to = "problem" in sent ? "" : String(sent.fields.to);
  return json({ call_id: oldCallId(accepted.id), to, status: "0", error_text: "Success" });
}

function said(errors: readonly FieldError[]): string {
  return errors
    .map(({ field, wrong, expected }) => {
      const more = wrong.includes(expected) ? "" : `; expected ${expected}`;
      return `${oldName(field)} ${wrong}${more}`;
    })
    .join(". ");
}

/** Who asks is judged first: a stranger does not learn what would be taken. */
async function readOldRequest(
  request: HttpRequest,
  { mode, sent }: { mode: OldMode; sent: OldFields },
  ports: OldDoorPorts,
): Promise<AcceptRequest | { problem: Problem }> {
  if (!ports.settings.credentialInQuery && SECRET.some((name) => Object.hasOwn(sent.inQuery, name)))
    return { problem: ONLY_IN_BODY };
  const credential = await oldCredential(sent.fields, ports);
  if ("problem" in credential) return credential;
  const key = idempotencyKeyOf(request.headers["idempotency-key"]);
  if ("problem" in key) return key;
  const { fields, errors } = translated(sent.fields, mode);
  const callsFor = async (receivers: AddressPolicy) => callsOf({ fields, errors, mode, receivers }, ports);
  const calls = await callsFor({ ...ports.settings.callback, ports: "any" });
  if ("problem" in calls) return calls;
  const { pathname: path, search } = request.url;
  const contentType = request.headers["content-type"]?.toLowerCase() ?? "";
  const identity = { method: request.method, path, query: search.slice(1), contentType, body: sent.bytes };
  return { calls, callsFor, credential, ...key, identity };
}

function callsOf(
  asked: { fields: Fields; errors: readonly FieldError[]; mode: OldMode; receivers: AddressPolicy },
  { settings, clock }: OldDoorPorts,
) {
  const { fields, errors, mode, receivers } = asked;
  const otherErrors = [...errors, ...ofOldReceiver(fields)];
  const known = {
    otherErrors,
    nowMs: clock.now().getTime(),
    receivers,
    longestSeconds: settings.carrier.lengthSeconds,
  };
  const calls = readCall(fields, known);
  return "problem" in calls ? calls : { ...calls, shape: mode };
}

/** An address is in the log of every machine on its way. */
const SECRET = ["api_secret", "pin_code"];

const ONLY_IN_BODY: Problem = {
  status: 401,
  code: "invalid_authorization",
  detail:
    "The operator takes neither api_secret nor pin_code in an address, which is in the log of every machine on its way. Send them by POST, in the body.",
};
