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
} from "../call.ts";
import { type FieldsOf, given, time } from "./fields.ts";

const origin = {
  tid: z.uuid(),
  applicationId: z.string(),
  to: z.string(),
  attemptsAllowed: z.int(),
  acceptedAt: time,
  batchId: given(z.string()),
  reference: given(z.string()),
  dials: z.int(),
} satisfies FieldsOf<Origin>;

const claim = z.object({ token: z.string(), startedAt: time });

const line = {
  uuid: given(z.string()),
  ringingAt: given(time),
  answeredAt: given(time),
  endedAt: given(time),
  ending: given(z.enum(ENDINGS)),
  detail: given(z.string()),
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
  z.object({ status: z.literal("error"), reason: z.enum(REASONS), detail: given(z.string()) }),
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

/** How the call stands: replaced whole, under the version that was read. */
export const StateRecordSchema = z.object({ call: CallSchema, version: z.int() });
