import * as z from "zod/mini";
import { DETAILS, REASONS } from "./reasons.ts";

/** What is said to people beside a field. */
export const saying = (description: string) => z.describe(description);

export const id = z.uuid();
export const count = z.int().check(z.minimum(0));
export const time = z.iso.datetime();
export const status = z.enum(["ok", "failed", "error"]);
const WORDS = [...new Set([...REASONS, ...DETAILS])];
export const words = z.enum(WORDS);
/** A string to us: what was written by a later version is handed on as it is. */
export const reason: z.ZodMiniType<string> = z.enum(WORDS);

export const nextCursor = z
  .optional(z.string())
  .check(saying("Left out of the last page; a page before it may be short"));

export const FieldErrorSchema = z
  .object({
    field: z.string(),
    wrong: z.string().check(saying("Never holds the value")),
    expected: z.string(),
  })
  .register(z.globalRegistry, { id: "FieldError" });
