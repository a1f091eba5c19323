import { decoded } from "./decode-body.ts";

/**
 * The fields of a form or of a query, each with its value, or with a list where it comes several times. Undefined where an
 * escape does not decode (https://url.spec.whatwg.org/#urlencoded-parsing, which would put U+FFFD in its place).
 */
export function formFields({
  text,
  encoding,
}: {
  text: string;
  encoding: string;
}): Readonly<Record<string, unknown>> | undefined {
  const fields = new Map<string, unknown>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const end = pair.indexOf("=");
    const name = unescaped({ text: end < 0 ? pair : pair.slice(0, end), encoding });
    const value = end < 0 ? "" : unescaped({ text: pair.slice(end + 1), encoding });
    if (name === undefined || value === undefined) return undefined;
    const known = fields.get(name);
    if (Array.isArray(known)) known.push(value);
    else fields.set(name, fields.has(name) ? [known, value] : value);
  }
  return Object.fromEntries(fields);
}

const ESCAPES = /(?:%[\da-fA-F]{2})+/g;

/** A character may take several escapes, so those in a row are decoded together. */
function unescaped({ text, encoding }: { text: string; encoding: string }): string | undefined {
  let isReadable = true;
  const read = text.replaceAll("+", " ").replace(ESCAPES, (escapes) => {
    // A byte order mark within the text is a character like any other: the decoder leaves it out at the start only.
    const characters = decoded({ bytes: Buffer.from(escapes.replaceAll("%", ""), "hex"), encoding });
    isReadable &&= characters !== undefined;
    return characters ?? "";
  });
  return isReadable ? read : undefined;
}
