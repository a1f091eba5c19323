import * as z from "zod/mini";
import {
  type Answered,
  type Call,
  type Completed,
  type Dialing,
  ENDINGS,
  type Ended,
  type Line,
  type Origin,
  type Queued,
  REASONS,
  type Ringing,
  type Summary,
} from "./call.ts";
import type { CallbackAttempt, CallbackTry } from "./callback.ts";
import type { CallSpec } from "./spec.ts";

/**
 * What is in the table, read again by whatever version of the code comes next. How it may change is in docs/versions.md,
 * and held by `test/released.test.ts`.
 */

/** A schema for each field of a type, and for no other: neither gains one without the other. */
type FieldsOf<Type> = { readonly [Field in keyof Type]-?: z.ZodMiniType };

const time = z.iso.datetime();
const given = z.exactOptional;

const origin = {
  tid: z.uuid(),
  applicationId: z.string(),
  to: z.string(),
  attemptsAllowed: z.int(),
  acceptedAt: time,
  dials: z.int(),
} satisfies FieldsOf<Origin>;

const claim = z.object({ token: z.string(), startedAt: time });

const line = {
  uuid: given(z.string()),
  ringingAt: given(time),
  answeredAt: given(time),
  endedAt: given(time),
  ending: given(z.enum(ENDINGS)),
  durationSeconds: given(z.number()),
  price: given(z.string()),
} satisfies FieldsOf<Line>;

const attempts = z.record(z.string(), z.boolean());

const summary = {
  attempts: z.int(),
  uuid: given(z.string()),
  durationSeconds: given(z.number()),
  price: given(z.string()),
} satisfies FieldsOf<Summary>;

const outcome = z.discriminatedUnion("status", [
  z.object({ status: z.literal("ok") }),
  z.object({ status: z.literal("failed") }),
  z.object({ status: z.literal("error"), reason: z.enum(REASONS) }),
]);

const heard = { ...origin, claim: given(claim), line: z.object(line) };

const CallSchema: z.ZodMiniType<Call> = z.discriminatedUnion("phase", [
  z.object({ ...origin, phase: z.literal("queued") } satisfies FieldsOf<Queued>),
  z.object({ ...heard, phase: z.literal("dialing"), claim } satisfies FieldsOf<Dialing>),
  z.object({ ...heard, phase: z.literal("ringing") } satisfies FieldsOf<Ringing>),
  z.object({ ...heard, phase: z.literal("answered"), attempts } satisfies FieldsOf<Answered>),
  z.object({
    ...heard,
    phase: z.literal("ended"),
    line: z.object({ ...line, endedAt: time }),
    attempts,
  } satisfies FieldsOf<Ended>),
  z.object({
    ...heard,
    phase: z.literal("completed"),
    attempts,
    outcome,
    summary: z.object(summary),
    completedAt: time,
    completedBy: z.string(),
  } satisfies FieldsOf<Completed>),
]);

const CallSpecSchema: z.ZodMiniType<CallSpec> = z.object({
  tid: z.uuid(),
  applicationId: z.string(),
  to: z.string(),
  from: z.string(),
  text: z.string(),
  byeText: given(z.string()),
  failedText: given(z.string()),
  pinHash: z.string(),
  pinKeyId: given(z.string()),
  pinLength: z.int(),
  attemptsAllowed: z.int(),
  callback: z.object({ url: z.string(), method: z.enum(["GET", "POST"]) }),
  acceptedAt: time,
  expiresAt: given(time),
  batch: given(z.object({ id: z.string(), index: z.int() })),
  reference: given(z.string()),
} satisfies FieldsOf<CallSpec>);

const callbackTry = {
  at: time,
  answer: z.union([z.number(), z.string()]),
  durationMs: z.number(),
  retryAfterSeconds: given(z.number()),
} satisfies FieldsOf<CallbackTry>;

const CallbackAttemptSchema: z.ZodMiniType<CallbackAttempt> = z.object({
  ...callbackTry,
  attempt: z.int(),
  earlierTries: given(z.array(z.object(callbackTry))),
} satisfies FieldsOf<CallbackAttempt>);

/** What was asked for: written once. */
export const SpecRecordSchema = z.object({ spec: CallSpecSchema });

/** What is known of a batch, but for its calls: written once. */
export const BatchRecordSchema = z.object({
  batch: z.object({
    id: z.uuid(),
    applicationId: z.string(),
    count: z.int(),
    acceptedAt: time,
    firstDialAt: time,
    lastDialAt: time,
  }),
});

/** How the call stands: replaced whole, under the version that was read. */
export const StateRecordSchema = z.object({ call: CallSchema, version: z.int() });

/** The deliveries of its result: appended to. */
export const CallbackRecordSchema = z.object({
  attempts: z.array(CallbackAttemptSchema),
  state: z.enum(["pending", "delivered", "parked"]),
});
