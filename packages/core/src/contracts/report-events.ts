import * as z from "zod/mini";
import { EnvelopeSchema } from "./event-envelope.ts";
import { described, event, someText } from "./event-fields.ts";
import { LEG_STATUSES } from "./leg-status.ts";
import { NOT_DIALED } from "./reasons.ts";
import { text, time, whole } from "./records/fields.ts";

const dial = z.optional(whole);
const OF_DIAL = "Of a call that may be dialed again: by which dial this was, from 1";

export const CallDialed = event({
  type: "call.dialed",
  meaning: "The carrier has the call.",
  data: described(z.object({ uuid: text, dial }), { uuid: "The carrier's name for the call", dial: OF_DIAL }),
});

export const CallDialFailed = event({
  type: "call.dial_failed",
  meaning: "The carrier will not dial, for good.",
  data: described(z.object({ reason: z.enum(NOT_DIALED), dial }), { dial: OF_DIAL }),
});

export const CallStatus = event({
  type: "call.status",
  meaning: "The carrier has reported how the line stands.",
  data: described(
    z.object({
      status: z.enum(LEG_STATUSES),
      uuid: someText,
      detail: someText,
      answered_at: z.optional(time),
      duration_seconds: z.optional(z.number()),
      price: someText,
      rate: someText,
      network: someText,
      dial,
    }),
    {
      answered_at: "By the carrier's clock, told when the call has ended",
      price: "In EUR, as the carrier writes it",
      rate: "For a minute, in EUR",
      network: "Of the person, by the carrier's name for it",
      dial: OF_DIAL,
    },
  ),
});

export const CallDigits = event({
  type: "call.digits",
  meaning:
    "The person has used up an attempt, with digits or by silence; or all was said that there is to say. Never the digits themselves.",
  data: described(
    z.object({
      attempt: whole,
      matched: z.boolean(),
      timed_out: z.boolean(),
      choice: someText,
      sealed_digits: someText,
      dial,
    }),
    {
      attempt: "1 for the first; 0 where nothing is asked, and all was said",
      choice: "The word of the choice that was made",
      sealed_digits: "What was keyed, sealed: for the result alone",
      dial: OF_DIAL,
    },
  ),
});

/** What tells how a call goes on. */
export const REPORTS = [CallDialed, CallDialFailed, CallStatus, CallDigits] as const;

export const ReportEventSchema = z.discriminatedUnion("type", REPORTS);
export type ReportEvent = z.infer<typeof ReportEventSchema>;

/** The report inside an envelope of the bus. */
export const DeliveredReportSchema = z.pipe(EnvelopeSchema, ReportEventSchema);
