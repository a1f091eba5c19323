import * as z from "zod/mini";
import { GuardSchema } from "./guard.ts";

const positive = z.number().check(z.positive());
const atLeastOne = z.int().check(z.minimum(1));

/** What the functions read at run time. Durations are in seconds. */
export type Settings = z.infer<typeof SettingsSchema>;
export const SettingsSchema = z.object({
  carrier: z.object({
    host: z.url(),
    /**
     * The longest one request to the carrier may take. After that the outcome is unknown, and the call is never dialed
     * again.
     */
    timeoutSeconds: positive,
    /** How long the carrier lets a phone ring: 1 to 120. */
    ringingSeconds: z.int().check(z.minimum(1), z.maximum(120)),
    /** The longest any call lasts once it is answered: 1 to 86400. */
    lengthSeconds: z.int().check(z.minimum(1), z.maximum(86_400)),
    /** Wait before a call that was not dialed (429, or never sent) is tried again. */
    retryDelaySeconds: positive,
    /** How many times faster the carrier's clock runs. Only a simulated carrier has this. */
    clockSpeed: z.optional(positive),
  }),
  timers: z.object({
    /** How long a call that ended without a verdict waits for digits that may still be on the bus. */
    settleSeconds: positive,
    /** When a call of the longest length is closed if its end was never reported. Shorter calls are closed earlier. */
    deadlineSeconds: positive,
  }),
  callback: z.object({
    timeoutSeconds: positive,
    /** Wait before each attempt after the first; after the last one the result is parked. */
    delaysSeconds: z.array(positive),
    /** Whether a callback may go to a loopback, private or link-local address. True only on a local machine. */
    privateNetworks: z.boolean(),
    /** Those at which a receiver may be, besides what its application names. */
    ports: z.array(z.int().check(z.minimum(1), z.maximum(65_535))),
    /** After so many deliveries that failed in a row a receiver is told to be failing. */
    failingAfter: atLeastOne,
    /** How many invocations deliver results just in. No receiver holds up all of them. */
    concurrency: z.int().check(z.minimum(2)),
  }),
  /** How many requests may wait until a call or a batch is over: those of one application, and of all. */
  waiting: z.object({ ofOne: atLeastOne, ofAll: atLeastOne }),
  guard: GuardSchema,
  /** Whether the deprecated API's requests may have their secret, and their PIN, in the address. */
  credentialInQuery: z.boolean(),
  retentionDays: z.int().check(z.positive()),
  /** Whether events without a subscriber of our own are published too: calls accepted, phones that ring. */
  verboseEvents: z.boolean(),
  /** Where spans are sent, by OTLP over HTTP. Without it there are none. */
  tracing: z.optional(z.object({ endpoint: z.url({ protocol: /^https?$/ }) })),
});

/** What stands in an optional secret that is not set: SST has no secret without a value. */
export const NOT_SET = "none";
