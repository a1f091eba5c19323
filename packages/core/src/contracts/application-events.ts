import * as z from "zod/mini";
import { describe, identity, masked } from "./event-fields.ts";
import { KEY_KINDS } from "./key-kinds.ts";
import { time } from "./records/fields.ts";

/*
 * What no function reads is in this file, and none makes its schemas.
 */

/** What the guard stops, from then on. */
export const GUARD_RULES = ["destination_completion", "destination_limit", "application_limit"] as const;

/** About calls that are not accepted any more, of any application or of one. */
export const GuardTripped = z
  .object({
    type: z.literal("guard.tripped"),
    metadata: z.object({
      ...identity,
      application_id: z.optional(z.string()).check(describe("The application, where it is about one alone")),
      time,
    }),
    data: z.object({
      rule: z
        .enum(GUARD_RULES)
        .check(describe("Too few calls completed, too many to one number, or too many of one application")),
      until: time.check(describe("When such calls are accepted again")),
      destination: z.optional(z.string()).check(describe("The first digits of the numbers that are not called")),
      to: z.optional(masked),
    }),
  })
  .check(describe("Calls are refused from now on: to a destination, to a number, or of an application."));
export type GuardTripped = z.infer<typeof GuardTripped>;

/** About a server of an application that takes results. */
const receiverMetadata = z.object({
  ...identity,
  application_id: z.string(),
  time: time.check(describe("When the delivery was made that has changed it")),
});
const ofReceiver = {
  receiver: z.string().check(describe("The host that results go to")),
  failures: z.int().check(describe("Deliveries that have failed in a row")),
  since: time.check(describe("When the first of them was made")),
};

export const ReceiverFailing = z
  .object({
    type: z.literal("receiver.failing"),
    metadata: receiverMetadata,
    data: z.object({
      ...ofReceiver,
      outcome: z.string().check(describe("How the last one ended: `timeout`, `unreachable`, `http_503`")),
    }),
  })
  .check(describe("A receiver has failed so often in a row that somebody should look at it. Once, until it recovers."));
export type ReceiverFailing = z.infer<typeof ReceiverFailing>;

export const ReceiverRecovered = z
  .object({ type: z.literal("receiver.recovered"), metadata: receiverMetadata, data: z.object(ofReceiver) })
  .check(describe("A receiver that was failing has taken a result. What was parked may be sent again."));
export type ReceiverRecovered = z.infer<typeof ReceiverRecovered>;

export const ApplicationKeysChanged = z
  .object({
    type: z.literal("application.keys_changed"),
    metadata: z.object({
      ...identity,
      application_id: z.string(),
      time,
    }),
    data: z.object({
      kinds: z
        .array(z.enum(KEY_KINDS))
        .check(
          describe(
            "Of which a key came or went: registered by an operator, by the application itself, learned from the carrier, or an API key",
          ),
        ),
      by: z.enum(["operator", "credential"]).check(describe("Whether an operator or a credential has changed them")),
    }),
  })
  .check(describe("An application is judged by other keys from now on. Never the keys themselves."));
export type ApplicationKeysChanged = z.infer<typeof ApplicationKeysChanged>;
