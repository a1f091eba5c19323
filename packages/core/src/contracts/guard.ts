import * as z from "zod/mini";
import { given, type RecordOf } from "./records/fields.ts";
import { atLeastOne } from "./settings/numbers.ts";

/** In EUR, as text: binary fractions are not money. */
export const amount = z
  .string()
  .check(z.regex(/^\d{1,6}(\.\d{1,6})?$/, { error: 'expected an amount in EUR, as "0.25"' }));

const PREFIX = /^[1-9]\d{0,14}$/;
export const prefix = z
  .string()
  .check(z.regex(PREFIX, { error: "expected the first digits of E.164 numbers, without +" }));
const prefixes = z.array(prefix);

/** Numbers whose owner earns by being called, and numbers of satellite phones: what toll fraud is made of. */
export const KINDS = ["premium", "satellite"] as const;
export type Kind = (typeof KINDS)[number];

/** What an operator has said of one application. What is left out is as for the whole stage. */
export const ApplicationGuardSchema = z.object({
  /** Only numbers that begin with one of these are called. */
  allowedPrefixes: given(prefixes),
  deniedPrefixes: given(prefixes),
  deniedKinds: given(z.array(z.enum(KINDS))),
  callsPerDay: given(atLeastOne),
  /** The most that one request may cost. */
  maxPrice: given(amount),
});
export type ApplicationGuard = RecordOf<typeof ApplicationGuardSchema>;

/** As it is written by people, and shown to them: names in `snake_case`. */
export function guardFields(guard: object): Record<string, unknown> {
  return renamed(guard, (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));
}

/** The same, read; what is not of that form is left for a schema to refuse. */
export function guardOfFields(fields: unknown): unknown {
  return renamed(fields, (name) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()));
}

function renamed<Value>(value: Value, rename: (name: string) => string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value as Record<string, unknown>;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]));
}

/** What an operator has written of an application, as JSON; or in a word what is wrong with it. */
export function readApplicationGuard(
  written: string,
): { readonly guard: ApplicationGuard } | { readonly wrong: string } {
  const read = z.strictObject(ApplicationGuardSchema.shape).safeParse(guardOfFields(jsonOf(written)));
  if (read.success) return { guard: read.data };
  const faults = read.error.issues.map(({ path, message }) => [...path, message].join(" "));
  return {
    wrong: `The guard must be JSON, as {"allowed_prefixes": ["44"], "calls_per_day": 5000}: ${faults.join("; ")}`,
  };
}

function jsonOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}
