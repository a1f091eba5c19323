import type { Context } from "hono";
import type { Problem } from "../problem.ts";

const LARGEST_BODY_BYTES = 64 * 1024;

/** Fields as they came. A repeated form field is a list. */
export type Fields = Readonly<Record<string, unknown>>;

/** Reads a body of either kind into fields, without a word yet about what is in them. */
export async function readBody(c: Context): Promise<{ fields: Fields } | { problem: Problem }> {
  const mediaType = (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (mediaType !== "application/json" && mediaType !== "application/x-www-form-urlencoded")
    return {
      problem: {
        status: 415,
        code: "unsupported_media_type",
        detail: "Send application/json or application/x-www-form-urlencoded.",
        headers: { accept: "application/json, application/x-www-form-urlencoded" },
      },
    };
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > LARGEST_BODY_BYTES)
    return { problem: { status: 413, code: "body_too_large", detail: "Send at most 64 kB." } };
  const text = new TextDecoder().decode(bytes);
  return mediaType === "application/json" ? jsonFields(text) : { fields: formFields(text) };
}

function jsonFields(text: string): { fields: Fields } | { problem: Problem } {
  const value = jsonOf(text);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { fields: value as Fields };
  const detail = value === undefined ? "The body is not JSON." : "The body is JSON, but not an object.";
  return { problem: { status: 400, code: "invalid_json", detail: `${detail} Send one object with the parameters.` } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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
