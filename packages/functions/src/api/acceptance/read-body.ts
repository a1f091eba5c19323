import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import type { Problem } from "../../http/problem.ts";
import type { CodeWith } from "../../http/problem-codes.ts";
import { jsonOf } from "../../json.ts";
import { CALL_PARAMETERS } from "./call-parameters.ts";
import { csvTable, WITHOUT_LINE_BREAKS } from "./csv-rows.ts";
import { decodeBody, encodingOf, invalidEncoding } from "./decode-body.ts";
import { formFields } from "./form-fields.ts";
import { type ContentType, contentTypeOf, MEDIA_TYPES } from "./media-type.ts";
import { jsonRow, keyTwice, ndjsonLines } from "./ndjson-rows.ts";
import { type Fields, isFields, type ReadRow } from "./parameters.ts";
import { invalidRequest } from "./refuse-fields.ts";
import { repeatedKey } from "./repeated-key.ts";

const LARGEST_CALL_BYTES = 64 * 1024;
/**
 * Lambda gets the body inside 6 MB of JSON: base64 makes a body that the gateway takes for binary (NDJSON) a third
 * longer, and text grows by its escapes.
 */
const LARGEST_BATCH_BYTES = 4_500_000;

/** A request for one call or for many; `top` holds what applies to all of them. Nothing is validated yet. */
export type Body =
  | { readonly kind: "call"; readonly fields: Fields }
  | {
      readonly kind: "batch";
      readonly top: Fields;
      readonly rows: readonly ReadRow[];
      /** Of a table: what its columns are called. */
      readonly columns?: readonly string[];
    };

type Read = Body | { readonly problem: Problem };

/** Reads a body of any media type: one row of fields, or many. Its size is looked at before anything else. */
export async function readBody(given: { contentType: string | undefined; bytes: Uint8Array }): Promise<Read> {
  const { bytes } = given;
  const contentType = contentTypeOf(given.contentType);
  if (contentType === undefined) {
    const known = MEDIA_TYPES.join(", ");
    const detail = `Send one of ${known}.`;
    return { problem: { status: 415, code: "unsupported_media_type", detail, headers: { accept: known } } };
  }
  if (bytes.byteLength > LARGEST_BATCH_BYTES) return tooLarge("Send at most 4.5 MB.");
  const isSmall = bytes.byteLength <= LARGEST_CALL_BYTES;
  if (!isSmall && contentType.mediaType === "application/x-www-form-urlencoded") return ONE_TOO_LARGE;
  const decoded = decodeBody({ bytes, charset: contentType.charset });
  if ("problem" in decoded) return decoded;
  return await bodyOf({ ...contentType, text: decoded.text, isSmall });
}

async function bodyOf({
  mediaType,
  charset,
  text,
  isSmall,
}: ContentType & { text: string; isSmall: boolean }): Promise<Read> {
  switch (mediaType) {
    case "application/json":
      return jsonBody({ text, isSmall });
    case "application/x-www-form-urlencoded":
      return formBody({ text, charset });
    case "text/csv":
      return await csvBody(text);
    case "application/x-ndjson":
    case "application/jsonl":
      return ndjsonBody(text);
    default:
      return mediaType satisfies never;
  }
}

function jsonBody({ text, isSmall }: { text: string; isSmall: boolean }): Read {
  if (!isSmall && !text.includes('"calls"')) return ONE_TOO_LARGE;
  const value = jsonOf(text);
  if (!isFields(value)) {
    const detail = value === undefined ? "The body is not JSON." : "The body is JSON, but not an object.";
    return invalid("invalid_json", `${detail} Send one object with the parameters, or with a list of calls.`);
  }
  const isBatch = Object.hasOwn(value, "calls");
  if (!isBatch && !isSmall) return ONE_TOO_LARGE;
  const { calls, ...top } = value;
  if (isBatch && !Array.isArray(calls)) return invalid("invalid_json", "`calls` is not a list.");
  if (Array.isArray(calls) && calls.length > MOST_CALLS_OF_BATCH) return tooMany(calls.length);
  const repeated = repeatedKey(text);
  if (repeated !== undefined) return { problem: invalidRequest([keyTwice(repeated)]) };
  return Array.isArray(calls) ? { kind: "batch", top, rows: calls.map(jsonRow) } : { kind: "call", fields: value };
}

function formBody({ text, charset }: { text: string; charset: string | undefined }): Read {
  const fields = formFields({ text, encoding: encodingOf(charset) });
  if (fields === undefined)
    return { problem: invalidEncoding("An escape in the form does not decode. Escape the bytes of UTF-8.") };
  return { kind: "call", fields };
}

async function csvBody(text: string): Promise<Read> {
  const table = await csvTable({ text, names: CALL_PARAMETERS.names, mostRows: MOST_CALLS_OF_BATCH });
  if ("problem" in table) return table;
  const { columns, rows, count } = table;
  return count > MOST_CALLS_OF_BATCH ? tooMany(count) : { kind: "batch", top: {}, rows, columns };
}

function ndjsonBody(text: string): Read {
  const { options, rows, count, isGlued } = ndjsonLines({ text, mostRows: MOST_CALLS_OF_BATCH });
  if (isGlued) return invalid("empty_batch", WITHOUT_LINE_BREAKS);
  return count > MOST_CALLS_OF_BATCH ? tooMany(count) : { kind: "batch", top: options, rows };
}

function invalid(code: CodeWith<400>, detail: string): { problem: Problem } {
  return { problem: { status: 400, code, detail } };
}

function tooLarge(detail: string): { problem: Problem } {
  return { problem: { status: 413, code: "body_too_large", detail } };
}

const ONE_TOO_LARGE = tooLarge("Send at most 64 kB for one call.");

const tooMany = (count: number) =>
  tooLarge(`Send at most ${MOST_CALLS_OF_BATCH} calls in one request; these are ${count}.`);
