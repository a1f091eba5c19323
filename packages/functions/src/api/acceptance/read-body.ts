import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import type { Context } from "hono";
import type { Problem } from "../../http/problem.ts";
import type { CodeWith } from "../../http/problem-codes.ts";
import { jsonOf } from "../../json.ts";

const LARGEST_CALL_BYTES = 64 * 1024;
/**
 * Lambda gets the body inside 6 MB of JSON: base64 makes a body that the gateway takes for binary (NDJSON) a third
 * longer, and text grows by its escapes.
 */
const LARGEST_BATCH_BYTES = 4_500_000;

/** The fields as they were sent. A repeated form field is a list. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request for one call or for many; `top` holds what applies to all of them. Rows are not validated yet. */
export type Body =
  | { readonly kind: "call"; readonly fields: Fields; readonly text: string }
  | { readonly kind: "batch"; readonly top: Fields; readonly rows: readonly unknown[]; readonly text: string };

type Read = Body | { problem: Problem };

const MEDIA_TYPES = {
  "application/json": jsonBody,
  "application/x-www-form-urlencoded": (text: string): Body => ({ kind: "call", fields: formFields(text), text }),
  "text/csv": csvBody,
  "application/x-ndjson": ndjsonBody,
  "application/jsonl": ndjsonBody,
} satisfies Record<string, (text: string, query: Fields) => Read | Promise<Read>>;

/** Reads a body of any media type, without validating its content. */
export async function readBody(c: Context): Promise<Read> {
  const mediaType = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!isKnown(mediaType)) {
    const known = Object.keys(MEDIA_TYPES).join(", ");
    const detail = `Send one of ${known}.`;
    return { problem: { status: 415, code: "unsupported_media_type", detail, headers: { accept: known } } };
  }
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > LARGEST_BATCH_BYTES) return tooLarge("Send at most 4.5 MB.");
  const body = await MEDIA_TYPES[mediaType](new TextDecoder().decode(bytes), c.req.query());
  if ("problem" in body) return body;
  if (body.kind === "call" && bytes.byteLength > LARGEST_CALL_BYTES)
    return tooLarge("Send at most 64 kB for one call.");
  if (body.kind === "batch" && body.rows.length > MOST_CALLS_OF_BATCH)
    return tooLarge(`Send at most ${MOST_CALLS_OF_BATCH} calls in one request; these are ${body.rows.length}.`);
  return body;
}

function isKnown(mediaType: string): mediaType is keyof typeof MEDIA_TYPES {
  return Object.hasOwn(MEDIA_TYPES, mediaType);
}

function jsonBody(text: string): Read {
  const value = jsonOf(text);
  if (!isFields(value)) {
    const detail = value === undefined ? "The body is not JSON." : "The body is JSON, but not an object.";
    return invalid("invalid_json", `${detail} Send one object with the parameters, or with a list of calls.`);
  }
  if (!("calls" in value)) return { kind: "call", fields: value, text };
  const { calls, ...top } = value;
  if (!Array.isArray(calls)) return invalid("invalid_json", "`calls` is not a list.");
  return { kind: "batch", top, rows: calls, text };
}

/** One call per line. The first line may hold options for all, as `{"defaults": {…}}`. */
function ndjsonBody(text: string, query: Fields): Body {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first, ...others] = lines.map(jsonOf);
  const hasTop = isFields(first) && "defaults" in first;
  return {
    kind: "batch",
    top: hasTop ? { ...query, ...first } : query,
    rows: hasTop ? others : lines.length === 0 ? [] : [first, ...others],
    text,
  };
}

/** The first line names the fields. An empty cell means that the field is absent. */
async function csvBody(text: string, query: Fields): Promise<Read> {
  const { CsvError, parse: parseCsv } = await import("csv-parse/sync");
  try {
    const records: Record<string, string>[] = parseCsv(text, { columns: true, bom: true, skip_empty_lines: true });
    const rows = records.map((record) => Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== "")));
    return { kind: "batch", top: query, rows, text };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return invalid("invalid_csv", `The body is not CSV with a header row: ${error.code}, line ${error.lines ?? "?"}.`);
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function formFields(text: string): Fields {
  const parameters = new URLSearchParams(text);
  const fields = new Map<string, unknown>();
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    fields.set(name, values.length === 1 ? values[0] : values);
  }
  return Object.fromEntries(fields);
}

function invalid(code: CodeWith<400>, detail: string): { problem: Problem } {
  return { problem: { status: 400, code, detail } };
}

function tooLarge(detail: string): { problem: Problem } {
  return { problem: { status: 413, code: "body_too_large", detail } };
}
