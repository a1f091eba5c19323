import * as z from "zod/mini";
import { described, identity, ofIdentity, someText } from "./event-fields.ts";
import { KEY_KINDS } from "./key-kinds.ts";
import { text, time, whole } from "./records/fields.ts";

/*
 * What no function reads is in this file, and none makes its schemas.
 */

/** What the guard stops, from then on. */
export const GUARD_RULES = ["destination_completion", "destination_limit", "application_limit"] as const;

/** About calls that are not accepted any more, of any application or of one. */
export const GuardTripped = z
  .object({
    type: z.literal("guard.tripped"),
    metadata: described(z.object({ ...identity, application_id: someText, time }), {
      ...ofIdentity,
      application_id: "The application, where it is about one alone",
    }),
    data: described(z.object({ rule: z.enum(GUARD_RULES), until: time, destination: someText, to: someText }), {
      rule: "Too few calls completed, too many to one number, or too many of one application",
      until: "When such calls are accepted again",
      destination: "The first digits of the numbers that are not called",
      to: "The number, masked",
    }),
  })
  .register(z.globalRegistry, {
    description: "Calls are refused from now on: to a destination, to a number, or of an application.",
  });
export type GuardTripped = z.infer<typeof GuardTripped>;

/** About a server of an application that takes results. */
const receiverMetadata = described(z.object({ ...identity, application_id: text, time }), {
  ...ofIdentity,
  time: "When the delivery was made that has changed it",
});
const ofReceiver = { receiver: text, failures: whole, since: time };
const SAID_OF_RECEIVER = {
  receiver: "The host that results go to",
  failures: "Deliveries that have failed in a row",
  since: "When the first of them was made",
};

export const ReceiverFailing = z
  .object({
    type: z.literal("receiver.failing"),
    metadata: receiverMetadata,
    data: described(z.object({ ...ofReceiver, outcome: text }), {
      ...SAID_OF_RECEIVER,
      outcome: "How the last one ended: `timeout`, `unreachable`, `http_503`",
    }),
  })
  .register(z.globalRegistry, {
    description: "A receiver has failed so often in a row that somebody should look at it. Once, until it recovers.",
  });
export type ReceiverFailing = z.infer<typeof ReceiverFailing>;

export const ReceiverRecovered = z
  .object({
    type: z.literal("receiver.recovered"),
    metadata: receiverMetadata,
    data: described(z.object(ofReceiver), SAID_OF_RECEIVER),
  })
  .register(z.globalRegistry, {
    description: "A receiver that was failing has taken a result. What was parked may be sent again.",
  });
export type ReceiverRecovered = z.infer<typeof ReceiverRecovered>;

export const ApplicationKeysChanged = z
  .object({
    type: z.literal("application.keys_changed"),
    metadata: described(z.object({ ...identity, application_id: text, time }), ofIdentity),
    data: described(z.object({ kinds: z.array(z.enum(KEY_KINDS)), by: z.enum(["operator", "credential"]) }), {
      kinds:
        "Of which a key came or went: registered by an operator, by the application itself, learned from the carrier, or an API key",
      by: "Whether an operator or a credential has changed them",
    }),
  })
  .register(z.globalRegistry, {
    description: "An application is judged by other keys from now on. Never the keys themselves.",
  });
export type ApplicationKeysChanged = z.infer<typeof ApplicationKeysChanged>;
