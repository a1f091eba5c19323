import type { Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { contentTypeOf } from "../acceptance/media-type.ts";
import { type Fields, givenOf } from "../acceptance/parameters.ts";
import { readBody } from "../acceptance/read-body.ts";
import { invalidRequest } from "../acceptance/refuse-fields.ts";
import type { AccessPorts } from "../proof/access.ts";
import { readCredential } from "../proof/credential.ts";
import { type Proven, prove } from "../proof/prove.ts";

type MediaType = "application/json" | "application/x-www-form-urlencoded";

/**
 * Who has proven to send this, by the header or by `app_id` and `private_key` among the fields; and the other fields. No body
 * has none.
 */
export async function provenBody(
  request: HttpRequest,
  { types, setsKeys = false }: { types: readonly MediaType[]; setsKeys?: boolean },
  ports: AccessPorts,
): Promise<{ proven: Proven; fields: Fields } | { problem: Problem }> {
  const body = await fieldsOf(request, types);
  if ("problem" in body) return body;
  const { app_id, private_key, ...fields } = body.fields;
  const { given } = givenOf(
    { app_id, private_key },
    { names: new Set(["app_id", "private_key"]), elsewhere: new Map() },
  );
  const credential = readCredential({ header: request.headers.authorization, fields: given }, ports);
  if ("errors" in credential) return { problem: invalidRequest(credential.errors) };
  if ("problem" in credential) return credential;
  const proven = await prove({ ...credential, setsKeys }, ports);
  return "problem" in proven ? proven : { proven, fields };
}

async function fieldsOf(
  request: HttpRequest,
  types: readonly MediaType[],
): Promise<{ fields: Fields } | { problem: Problem }> {
  const contentType = request.headers["content-type"];
  const bytes = request.body;
  if (bytes.byteLength === 0) return { fields: {} };
  const { mediaType } = contentTypeOf(contentType) ?? {};
  if (!types.some((type) => type === mediaType)) return { problem: otherType(types) };
  const body = await readBody({ contentType, bytes });
  if ("problem" in body) return body;
  return { fields: body.kind === "call" ? body.fields : { ...body.top, calls: [] } };
}

function otherType(types: readonly MediaType[]): Problem {
  const taken = types.join(", ");
  const detail = types.length === 1 ? `Send ${taken}.` : `Send one of ${taken}.`;
  return { status: 415, code: "unsupported_media_type", detail, headers: { accept: taken } };
}
