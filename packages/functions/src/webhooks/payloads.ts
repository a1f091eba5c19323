import { LEG_STATUSES } from "@promptcall/core/contracts/leg-status";
import * as z from "zod/mini";
import { undefinedIfInvalid } from "../undefined-if-invalid.ts";
import { carrierUuid, durationSeconds, network, price } from "../vonage/carrier-fields.ts";

const YEAR_MS = 366 * 24 * 3_600_000;

const time = () =>
  undefinedIfInvalid(
    z.pipe(
      z.string().check(z.refine((written) => !Number.isNaN(Date.parse(written)))),
      z.transform((written) => new Date(written).toISOString()),
    ),
  );

/** Undefined for a time more than a year away, which cannot be of our call. */
export function withinYear(time: string | undefined, now: Date): string | undefined {
  if (time === undefined) return undefined;
  return Math.abs(Date.parse(time) - now.getTime()) <= YEAR_MS ? time : undefined;
}

/** Statuses that change nothing and are not logged. The end of a call also says when it was answered. */
export const IgnorablePayloadSchema = z.object({ status: z.enum(["started", "ringing", "answered", "human"]) });

/**
 * An event webhook about a call's status. Others are ignored. Made with the first that is read by it: three of a call's five
 * webhooks are not.
 */
export const StatusPayloadSchema = z.lazy(() =>
  z.object({
    status: z.enum(LEG_STATUSES),
    uuid: undefinedIfInvalid(carrierUuid),
    /** Replaces `uuid` in events of machine detection. */
    call_uuid: undefinedIfInvalid(carrierUuid),
    /** Of a machine: whether it has beeped. */
    sub_state: undefinedIfInvalid(z.string().check(z.regex(/^[a-z_]{1,40}$/))),
    /** A word such as `cannot_route`; free text may not reach the bus. */
    detail: undefinedIfInvalid(z.string().check(z.regex(/^[a-z_]{1,40}$/))),
    duration: undefinedIfInvalid(durationSeconds),
    price: undefinedIfInvalid(price),
    rate: undefinedIfInvalid(price),
    network: undefinedIfInvalid(network),
    /** When the call was answered; sent at its end. */
    start_time: time(),
  }),
);
export type StatusPayload = z.infer<typeof StatusPayloadSchema>;

/**
 * The carrier could not play the script. This webhook names neither status nor call
 * (https://developer.vonage.com/en/voice/voice-api/webhook-reference#error).
 */
export const ErrorPayloadSchema = z.object({
  status: z.optional(z.undefined()),
  reason: z.string(),
  conversation_uuid: z.string(),
});

/** Shortened for the log, because it may quote the prompt. */
export function shortened(reason: string): string {
  return reason
    .replace(/["'`].*/s, "…")
    .replace(/\d+/g, "#")
    .slice(0, 80);
}

const entered = z._default(z.nullable(z.string()), null);
/** Also seen as null. */
const timedOut = z.pipe(
  undefinedIfInvalid(z.boolean()),
  z.transform((value) => value ?? false),
);

/**
 * The digits webhook in its current form, and in the old one where `dtmf` is the string itself. Silence has many forms.
 */
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

/** A final `#` ends the entry and is not part of it. */
function keys(digits: string | null): string {
  return (digits ?? "").replace(/#$/, "");
}
