import * as z from "zod/mini";

/*
 * Numbers and booleans of a request. A form, a query and a table have nothing but text, so each may be written as text, too.
 */

/** A key that is pressed. */
export const DIGIT = /^\d$/;

// Made once: schemas are made at each start of the function that reads by them.
const number = z.number();
const toNumber = z.transform(Number);

interface Range {
  readonly least: number;
  readonly most: number;
  readonly error?: string;
}

export function whole({ least, most, error = `expected a whole number from ${least} to ${most}` }: Range) {
  return z.pipe(
    z.pipe(z.union([number, z.string().check(z.regex(/^\d+$/, error))], { error }), toNumber),
    number.check(z.int(error), z.minimum(least, error), z.maximum(most, error)),
  );
}

export function decimal({ least, most, error = `expected a number from ${least} to ${most}` }: Range) {
  return z.pipe(
    z.pipe(z.union([number, z.string().check(z.regex(/^-?\d+(\.\d+)?$/, error))], { error }), toNumber),
    number.check(z.minimum(least, error), z.maximum(most, error)),
  );
}

/** Something by its name; a form and a table have it as the text of a JSON object. */
export function mapping<Value extends z.ZodMiniType>(given: { key: RegExp; value: Value; error: string }) {
  const { key, value, error } = given;
  const named = z.record(z.string().check(z.regex(key, { error })), value, { error });
  const some = named.check(z.refine((entries) => Object.keys(entries).length > 0, { error }));
  return z.pipe(
    z.pipe(z.union([z.record(z.string(), z.unknown()), z.string()], { error }), z.transform(fromJson)),
    some,
  );
}

/** Some of these; a form and a table have them as text, with commas between. */
export function words<Word extends string>({ of, error }: { of: readonly Word[]; error: string }) {
  return z.pipe(
    z.pipe(
      z.union([z.array(z.string()), z.string()], { error }),
      z.transform((written) => (typeof written === "string" ? written.split(",").map((word) => word.trim()) : written)),
    ),
    z.array(z.enum(of, { error })).check(z.minLength(1, { error }), z.maxLength(of.length, { error })),
  );
}

function fromJson(written: string | Record<string, unknown>): unknown {
  if (typeof written !== "string") return written;
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

const writtenFlag = z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] });

export const flag = z._default(
  z.pipe(z.union([z.boolean(), writtenFlag], { error: "expected true or false" }), z.boolean()),
  false,
);
