import { LINE_STATUSES } from "@promptcall/core/line-status";
import * as z from "zod/mini";
import { carrierUuid, durationSeconds, orNothing, price } from "../carrier-fields.ts";

const YEAR_MS = 366 * 24 * 3_600_000;

const time = orNothing(
  z.pipe(
    z.string().check(z.refine((written) => !Number.isNaN(Date.parse(written)))),
    z.transform((written) => new Date(written).toISOString()),
  ),
);

/** Undefined for a time that is more than a year from now: such a one is of no call of ours. */
export function withinYear(time: string | undefined, now: Date): string | undefined {
  if (time === undefined) return undefined;
  return Math.abs(Date.parse(time) - now.getTime()) <= YEAR_MS ? time : undefined;
}

/** An event webhook. Anything with another `status`, or none, is an event this service has no use for. */
export const StatusPayloadSchema = z.object({
  status: z.enum(LINE_STATUSES),
  uuid: orNothing(carrierUuid),
  /** In place of `uuid` in the events of machine detection. */
  call_uuid: orNothing(carrierUuid),
  /** A word such as `cannot_route`; free text has no place on the bus. */
  detail: orNothing(z.string().check(z.regex(/^[a-z_]{1,40}$/))),
  duration: orNothing(durationSeconds),
  price: orNothing(price),
  /** When it was answered, told at the end of it. */
  start_time: time,
});
export type StatusPayload = z.infer<typeof StatusPayloadSchema>;

/**
 * The carrier could not carry out what it was to say. It names no status and no call, and is all there is to be had of it
 * (https://developer.vonage.com/en/voice/voice-api/webhook-reference#error).
 */
export const ErrorPayloadSchema = z.object({
  status: z.optional(z.undefined()),
  reason: z.string(),
  conversation_uuid: z.string(),
});

/** As much of it as has a place in the log: it may repeat what was to be said. */
export function shortened(reason: string): string {
  return reason
    .replace(/["'`].*/s, "…")
    .replace(/\d+/g, "#")
    .slice(0, 80);
}

const entered = z._default(z.nullable(z.string()), null);
/** Also seen as null. */
const timedOut = z.pipe(
  orNothing(z.boolean()),
  z.transform((value) => value ?? false),
);

/** The digits webhook in today's form, and in the old one where `dtmf` is the string itself. Silence has many spellings. */
export const DigitsPayloadSchema = z.union([
  z.pipe(
    z.object({ dtmf: z.object({ digits: entered, timed_out: timedOut }) }),
    z.transform(({ dtmf }) => ({ digits: keys(dtmf.digits), timedOut: dtmf.timed_out })),
  ),
  z.pipe(
    z.object({ dtmf: entered, timed_out: timedOut }),
    z.transform(({ dtmf, timed_out }) => ({ digits: keys(dtmf), timedOut: timed_out })),
  ),
]);

/** A `#` ends an entry and is no part of it. */
function keys(digits: string | null): string {
  return (digits ?? "").replace(/#$/, "");
}
