import * as z from "zod/mini";

/**
 * What is in the table, read again by whatever version of the code comes next. How it may change is in docs/versions.md,
 * and held by `test/released.test.ts`. Each record has a file of its own, since to make a schema takes a function time
 * while it starts, and none reads them all. Types are inferred from the schemas, and cost nothing.
 */

/** What a record says. Nobody changes one that was read: a new one is written in its place. */
export type RecordOf<Schema extends z.ZodMiniType> = Immutable<z.infer<Schema>>;

type Immutable<Value> = Value extends object ? { readonly [Field in keyof Value]: Immutable<Value[Field]> } : Value;

export const time = z.iso.datetime();
export const given = z.exactOptional;
