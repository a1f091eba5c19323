import * as z from "zod/mini";
import { time } from "./fields.ts";

/** When a person who was not reached is called again. */
export const RetrySchema = z.object({
  /** How often at the most. */
  times: z.int(),
  afterSeconds: z.int(),
  /** How a dial has to end, in the words of a result. */
  on: z.array(z.string()),
  /** Not after this: the call expires, or its credential. */
  until: time,
});
