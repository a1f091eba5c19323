import * as z from "zod/mini";
import { text, time, whole } from "./records/fields.ts";

// Made once, for all fields of messages that are like that.
export const version = z.literal(1);
export const id = z.uuid();
export const someText = z.optional(text);
export const someWhole = z.optional(whole);
export const someTime = z.optional(time);
