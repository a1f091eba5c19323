import * as z from "zod/mini";

// Made once, for all fields of messages that are like that.
export const version = z.literal(1);
export const id = z.uuid();
export const text = z.string();
export const whole = z.int();
export const time = z.iso.datetime();
export const someText = z.optional(text);
export const someWhole = z.optional(whole);
export const someTime = z.optional(time);
