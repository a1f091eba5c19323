import * as z from "zod/mini";
import { ENDINGS, NOT_DIALED, REASONS } from "../reasons.ts";
import { REGIONS } from "../regions.ts";
import { given, someNumber, someText, someTime, text, time, whole, yesOrNo } from "./fields.ts";
import { LocalTimeSchema } from "./local-time.ts";
import { RetrySchema } from "./retry.ts";

/** Written before the carrier is asked. Only the holder of the token may ever dial. */
const claim = z.object({ token: text, startedAt: time });

/**
 * What the carrier has reported so far. Times are ours, of when the report reached us; only that of an answer of which
 * no report was folded is the carrier's.
 */
const line = {
  uuid: someText,
  ringingAt: someTime,
  answeredAt: someTime,
  endedAt: someTime,
  ending: given(z.enum(ENDINGS)),
  /** Why, in the carrier's own word. */
  detail: someText,
  durationSeconds: someNumber,
  /** As the carrier writes them: EUR, and EUR for a minute. */
  price: someText,
  rate: someText,
  /** Of the person, by the carrier's name for it. */
  network: someText,
};

/** By the attempt's number from 1, whether it was right; by 0, that all was said where nothing is asked. */
const attempts = z.record(text, yesOrNo);
/** When each of them reached us, by the same number; of older ones that is not known. */
const attemptTimes = given(z.record(text, time));

const error = {
  status: z.literal("error"),
  reason: z.enum(REASONS),
  /** It tells the customer more than the reason, and is a field of its own because more details may be added. */
  detail: someText,
};

/** A dial that has ended, and that another follows. What is still reported of it is joined here. */
const earlierDial = z.object({
  claim: given(claim),
  line: z.object(line),
  attempts,
  attemptTimes,
  /** What the result would have been. */
  outcome: z.object(error),
  /** When the next one may follow. */
  againFrom: time,
});

const origin = {
  tid: z.uuid(),
  applicationId: text,
  /** Masked, because the state reaches events and logs. The spec has the whole number. */
  to: text,
  attemptsAllowed: whole,
  acceptedAt: time,
  /** The batch, and the customer's own name for the call. Both are part of the result. */
  batchId: someText,
  reference: someText,
  /** Where it goes, as calls are priced: its completion counts for that. */
  destination: someText,
  /** Where the carrier handles it, and is asked about it. */
  region: given(z.enum(REGIONS)),
  /** The result is sent to nobody. */
  callback: given(z.literal("none")),
  /** How often the carrier was asked to dial. */
  dials: whole,
  /** Whether the person may be called again; no more often than it was, once that was ended, for a reason. */
  retry: given(z.extend(RetrySchema, { localTime: given(LocalTimeSchema), endedFor: given(z.enum(NOT_DIALED)) })),
  earlierDials: given(z.array(earlierDial)),
};

/**
 * By the attempt's number, what the person answered in an attempt that was right: a word of the customer's choices, or the
 * digits, sealed and bound to the call. Nothing of it is left once the call is completed, but in its outcome.
 */
const entered = given(z.record(text, z.object({ choice: someText, sealedDigits: someText })));

/** What was known when the call was completed. It is published with the result and never changes. */
const summary = z.object({
  attempts: whole,
  uuid: someText,
  durationSeconds: someNumber,
  price: someText,
  rate: someText,
  network: someText,
});

const outcome = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("ok"),
    choice: someText,
    /** Until the result is delivered. */
    sealedDigits: someText,
  }),
  z.object({ status: z.literal("failed") }),
  z.object({
    ...error,
    /** Why the dial did not come that was to follow. */
    notRedialed: given(z.enum(NOT_DIALED)),
  }),
]);

const withLeg = { ...origin, claim: given(claim), line: z.object(line) };
const withAttempts = { attempts, attemptTimes };

export const CallSchema = z.discriminatedUnion("phase", [
  z.object({ ...origin, phase: z.literal("queued") }),
  /** The intent to dial is written. Whether the carrier has the call is known once there is a `line.uuid`. */
  z.object({ ...withLeg, phase: z.literal("dialing"), claim }),
  z.object({ ...withLeg, phase: z.literal("ringing") }),
  z.object({ ...withLeg, phase: z.literal("answered"), ...withAttempts, entered }),
  /** The leg has ended; the verdict may still be on its way. */
  z.object({
    ...withLeg,
    phase: z.literal("ended"),
    line: z.object({ ...line, endedAt: time }),
    ...withAttempts,
    entered,
  }),
  /** The result is published and never changes. Late facts are still joined. */
  z.object({
    ...withLeg,
    phase: z.literal("completed"),
    ...withAttempts,
    outcome,
    summary,
    /** Where facts came after the result: those that it was made of, for deliveries that are still to come. */
    asCompleted: given(z.object({ line: z.object(line), ...withAttempts, earlierDials: given(z.array(earlierDial)) })),
    completedAt: time,
    /** Id of the message that completed the call: when it is delivered again, `call.completed` is published again. */
    completedBy: text,
  }),
]);

/** The state of the call: replaced whole, under the version that was read. */
export const StateRecordSchema = z.object({ call: CallSchema, version: whole });
