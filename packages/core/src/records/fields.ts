import * as z from "zod/mini";

/**
 * What is in the table, read again by whatever version of the code comes next. How it may change is in docs/versions.md,
 * and held by `test/released.test.ts`. Each record has a file of its own, since to make a schema takes a function time
 * while it starts, and none reads them all.
 */

/** A schema for each field of a type, and for no other: neither gains one without the other. */
export type FieldsOf<Type> = { readonly [Field in keyof Type]-?: z.ZodMiniType };

export const time = z.iso.datetime();
export const given = z.exactOptional;
