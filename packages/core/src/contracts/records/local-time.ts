import * as z from "zod/mini";
import { type RecordOf, text } from "./fields.ts";

const clockTime = z.string().check(z.regex(/^\d\d:\d\d$/));

export const LocalTimeSchema = z.object({
  /** Of the number, by its first digits: it is within the hours when it is so in each of them. */
  zones: z.array(text),
  from: clockTime,
  to: clockTime,
});
export type LocalTime = RecordOf<typeof LocalTimeSchema>;
