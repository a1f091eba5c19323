import type { Problem } from "../../http/problem.ts";

/**
 * The encodings that are taken, by the names they go by (https://encoding.spec.whatwg.org/#names-and-labels). What calls
 * itself ISO 8859-1 or ASCII is windows-1252 there, since that is what programs write that say so.
 */
const ENCODINGS: Readonly<Record<string, string>> = {
  "utf-8": "utf-8",
  utf8: "utf-8",
  "utf-16": "utf-16le",
  "utf-16le": "utf-16le",
  "utf-16be": "utf-16be",
  "windows-1252": "windows-1252",
  cp1252: "windows-1252",
  "x-cp1252": "windows-1252",
  "iso-8859-1": "windows-1252",
  "iso8859-1": "windows-1252",
  latin1: "windows-1252",
  "us-ascii": "windows-1252",
  ascii: "windows-1252",
};

const TAKEN = "UTF-8, UTF-16, windows-1252 and ISO 8859-1";

/** The bytes that windows-1252 has no character for. The decoder takes them for control characters all the same. */
const NOT_IN_WINDOWS_1252 = /[\u0081\u008d\u008f\u0090\u009d]/;

/** What stands in the place of bytes that somebody before us could not read. */
const LOST = "\ufffd";

/** What was sent as text: in the encoding of its byte order mark, else in the declared one, else in UTF-8. */
export function decodeBody({
  bytes,
  charset,
}: {
  bytes: Uint8Array;
  charset: string | undefined;
}): { text: string } | { problem: Problem } {
  const declared = charset === undefined ? "utf-8" : ENCODINGS[charset.toLowerCase()];
  if (declared === undefined)
    return { problem: invalidEncoding(`The charset of the content type is not known here: ${TAKEN} are.`) };
  const text = decoded({ bytes, encoding: markedEncoding(bytes) ?? declared });
  if (text !== undefined) return { text };
  const hint =
    charset === undefined
      ? "Declare its encoding in the content type, such as text/csv; charset=windows-1252."
      : "Declare the encoding that it has.";
  return { problem: invalidEncoding(`The body is not ${nameOf(declared)}. ${hint} ${TAKEN} are taken.`) };
}

/** The text; undefined for bytes that are none in this encoding. Nothing is replaced. */
export function decoded({ bytes, encoding }: { bytes: Uint8Array; encoding: string }): string | undefined {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    if (text.includes(LOST)) return undefined;
    return encoding === "windows-1252" && NOT_IN_WINDOWS_1252.test(text) ? undefined : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The name of the encoding that a form's escapes are in. */
export function encodingOf(charset: string | undefined): string {
  return ENCODINGS[charset?.toLowerCase() ?? "utf-8"] ?? "utf-8";
}

/** Whether it holds half a character, or the mark of one that was lost: JSON can spell out either. */
export function isDamaged(text: string): boolean {
  return !text.isWellFormed() || text.includes(LOST);
}

function markedEncoding([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

function nameOf(encoding: string): string {
  return encoding === "windows-1252" ? encoding : encoding.toUpperCase().replace(/(LE|BE)$/, "");
}

export function invalidEncoding(detail: string): Problem {
  return { status: 400, code: "invalid_encoding", detail };
}
