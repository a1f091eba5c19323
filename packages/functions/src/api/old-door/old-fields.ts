import type { Problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
import { invalidEncoding } from "../acceptance/decode-body.ts";
import { formFields } from "../acceptance/form-fields.ts";
import type { Fields } from "../acceptance/parameters.ts";
import { readBody } from "../acceptance/read-body.ts";

/** What the deprecated API took for JSON. */
const JSON_TYPES = [
  "application/json",
  "application/jsonrequest",
  "application/x-javascript",
  "text/json",
  "text/javascript",
  "text/x-javascript",
  "text/x-json",
];
const FORM = "application/x-www-form-urlencoded";

export interface OldFields {
  readonly fields: Fields;
  /** Those that came in the address. */
  readonly inQuery: Fields;
  readonly bytes: Uint8Array;
}

/** The fields of the query and of the body: a form, unless it says that it is JSON. */
export async function oldFields(request: HttpRequest): Promise<OldFields | { problem: Problem }> {
  const bytes = request.body;
  const inQuery = formFields({ text: request.url.search.slice(1), encoding: "utf-8" });
  if (inQuery === undefined)
    return { problem: invalidEncoding("An escape in the query does not decode. Escape the bytes of UTF-8.") };
  if (bytes.byteLength === 0) return { fields: inQuery, inQuery, bytes };
  const body = await readBody({ contentType: typeOf(request.headers["content-type"]), bytes });
  if ("problem" in body) return body;
  if (body.kind === "batch") return { problem: NO_BATCH };
  return { fields: { ...inQuery, ...body.fields }, inQuery, bytes };
}

function typeOf(header = FORM): string {
  const [type = "", ...parameters] = header.split(";");
  const known = JSON_TYPES.includes(type.trim().toLowerCase()) ? "application/json" : type;
  return [known, ...parameters].join(";");
}

const NO_BATCH: Problem = {
  status: 400,
  code: "invalid_request",
  detail: "This takes one call. Many are sent to POST /call.",
};
