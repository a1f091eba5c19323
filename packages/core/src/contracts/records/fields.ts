import * as z from "zod/mini";

/**
 * The records in the table, which later versions of the code read as well. docs/versions.md says how they may change,
 * and `test/contracts/released.test.ts` checks it. Each record has its own file: making a schema costs cold-start time, and no
 * function reads all of them. Types are inferred from the schemas, and cost nothing.
 */

/** The content of a record. Records are immutable: changes are written as new ones. */
export type RecordOf<Schema extends z.ZodMiniType> = Immutable<z.infer<Schema>>;

type Immutable<Value> = Value extends object ? { readonly [Field in keyof Value]: Immutable<Value[Field]> } : Value;

export const time = z.iso.datetime();
export const given = z.exactOptional;

// Made once, for all fields that are like that: a record has a hundred.
export const text = z.string();
export const whole = z.int();
export const number = z.number();
export const yesOrNo = z.boolean();
export const someText = given(text);
export const someWhole = given(whole);
export const someNumber = given(number);
export const someTime = given(time);
export const isTrue = given(z.literal(true));
