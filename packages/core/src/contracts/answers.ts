import * as z from "zod/mini";
import { count, id, nextCursor, reason, saying, status, time } from "./answer-fields.ts";
import { MOST_REDIALS } from "./reasons.ts";
import { CALLBACK_STATES } from "./records/callback.ts";
import { CallSchema as CallStateSchema } from "./records/state.ts";

const state = z.enum(CallStateSchema.def.options.flatMap(({ shape }) => shape.phase.def.values));

export const AcceptedSchema = z.object({ tid: id, status_url: z.url() }).register(z.globalRegistry, { id: "Accepted" });

const outcome = {
  status: z.optional(status).check(saying("Of a call that is over")),
  reason: z.optional(reason).check(saying("Of an `error`")),
  not_redialed: z
    .optional(reason)
    .check(saying("Why the next dial did not come, where `retry_on` names the reason and dials were left")),
  choice: z.optional(z.string()).check(saying("The word of the choice that was made, where one was asked for")),
};

/** Of a call that captures. */
const digits = z.optional(z.string());

const attempts = z.array(
  z.object({
    attempt: z.int().check(saying("1 for the first")),
    matched: z.boolean(),
    at: z.optional(time).check(saying("When what was keyed reached us")),
  }),
);

export const CallInBatchSchema = z
  .object({
    tid: id,
    to: z.string().check(saying("As you wrote it")),
    from: z.optional(z.string()).check(saying("As you wrote it, until the call is forgotten")),
    reference: z.optional(z.string()).check(saying("As you wrote it")),
    batch_id: z.optional(id),
    index: z.optional(count).check(saying("Its place in the request, from 0")),
    state,
    ...outcome,
    attempts: attempts.check(saying("Of the person, in the last dial; never the digits")),
    dials: z
      .array(
        z.object({
          at: time.check(saying("When the carrier was asked")),
          uuid: z.optional(z.string()).check(saying("The carrier's name for the call")),
          ended_as: z.optional(z.string()).check(saying("In the carrier's word")),
          reason: z.optional(reason).check(saying("Why another dial followed")),
          duration_seconds: z.optional(z.number()).check(saying("Of a call with `retry_times`")),
          price: z.optional(z.string()).check(saying("Of a call with `retry_times`")),
          rate: z.optional(z.string()).check(saying("Of a call with `retry_times`")),
          network: z.optional(z.string()).check(saying("Of a call with `retry_times`")),
          attempts: z.optional(attempts).check(saying("Of the person, in a dial that another followed")),
        }),
      )
      .check(
        z.maxLength(1 + MOST_REDIALS),
        saying("What may have reached the person: once at the most, unless the request has `retry_times`"),
      ),
    next_dial_at: z.optional(time).check(saying("Where it waits to be dialed again: not before")),
    uuid: z.optional(z.string()).check(saying("The carrier's name for the call")),
    accepted_at: time,
    expires_at: z.optional(time).check(saying("Not dialed any more after this time")),
    dialed_at: z.optional(time),
    ringing_at: z.optional(time),
    answered_at: z.optional(time),
    ended_at: z.optional(time),
    completed_at: z.optional(time),
    duration_seconds: z.optional(z.number()),
    price: z.optional(z.string()).check(saying("As the carrier writes it")),
    currency: z.optional(z.string()).check(saying("Of the price and the rate")),
    rate: z.optional(z.string()).check(saying("For a minute, as the carrier writes it")),
    network: z.optional(z.string()).check(saying("Of the person, by the carrier's name for it")),
  })
  .register(z.globalRegistry, { id: "CallInBatch" });

export const CallSchema = z
  .extend(CallInBatchSchema, {
    digits: digits.check(
      saying(
        "That were captured, for the credential of the application alone; until the result is delivered, or forgotten",
      ),
    ),
    callback: z
      .object({
        url: z.optional(z.string()).check(saying("Without a password, and with `***` for what its query says")),
        method: z.optional(z.enum(["GET", "POST"])),
        receiver: z.optional(z.string()).check(saying("Its host, as lists are filtered by")),
        state: z.enum(CALLBACK_STATES).check(saying("`none` where the request named no `callback`")),
        attempts: z.array(
          z.object({
            attempt: z.int().check(saying("1 for the first")),
            at: time,
            outcome: z
              .string()
              .check(saying("`http_200` and so on; `timeout` or `unreachable` where nothing was answered")),
            answer: z.union([z.number(), z.string()]).check(saying("The HTTP status alone, or the same word")),
            duration_ms: z.number(),
          }),
        ),
        next_attempt_at: z.optional(time).check(saying("While there is one to come")),
      })
      .check(saying("The deliveries of its result")),
  })
  .register(z.globalRegistry, { id: "Call" });

export const CancelledCallSchema = z.object({
  tid: id,
  state: z.literal("completed"),
  status,
  reason: outcome.reason,
  forgotten: z.optional(z.literal(true)).check(z.describe("What it said of a person was erased")),
});
export const HungUpCallSchema = z.object({ tid: id, state, hung_up: z.literal(true) });

export const PageSchema = z
  .object({
    data: z.array(CallInBatchSchema),
    next_cursor: z.optional(z.string()).check(saying("Left out of the last page")),
  })
  .register(z.globalRegistry, { id: "Page" });

export const CallPageSchema = z
  .object({ data: z.array(CallSchema), next_cursor: nextCursor })
  .register(z.globalRegistry, { id: "CallPage" });

export const ReplayedSchema = z
  .object({ count: count.check(saying("Results that are sent again")), next_cursor: nextCursor })
  .register(z.globalRegistry, { id: "Replayed" });

export const HealthySchema = z.object({ result: z.literal("ok") });

/** The one result of a call, as parameters. */
export const ResultSchema = z
  .object({
    tid: id,
    to: z.string().check(saying("As you wrote it")),
    status,
    reason: outcome.reason,
    not_redialed: outcome.not_redialed,
    choice: outcome.choice,
    digits: digits.check(saying("That were captured; not where the result is sent again after it was delivered")),
    reference: z.optional(z.string()).check(saying("As you wrote it")),
  })
  .register(z.globalRegistry, { id: "Result" });

export const ResultAsJsonSchema = z
  .object({ type: z.literal("call.completed"), data: z.extend(CallInBatchSchema, { digits }) })
  .register(z.globalRegistry, { id: "ResultAsJson" });
