import * as z from "zod/mini";
import { text, time, whole } from "./records/fields.ts";

// Made once, for all fields of messages that are like that.
export const version = z.literal(1);
export const id = z.uuid();
export const someText = z.optional(text);
export const someWhole = z.optional(whole);
export const someTime = z.optional(time);

/**
 * A message that is not to be handled before a time carries it: a consumer that gets it early sends it on with the delay
 * that is left.
 */
export const waiting = {
  not_before: time,
  /** How often it was sent again for coming early. */
  hops: someWhole,
};
