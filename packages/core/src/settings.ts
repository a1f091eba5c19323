import * as z from "zod/mini";

/** What the functions read at run time, the same shape in every stage. Durations in seconds. */
export type Settings = z.infer<typeof SettingsSchema>;
export const SettingsSchema = z.object({
  carrier: z.object({
    host: z.url(),
    /** How long one request to the carrier may take. After it the outcome is unknown, and the call is not dialed again. */
    timeoutSeconds: z.number().check(z.positive()),
    /** How long it lets a phone ring: 1 to 120. */
    ringingSeconds: z.int().check(z.minimum(1), z.maximum(120)),
    /** The longest that any call lasts once it is answered, whatever is to be said; it takes 1 to 86400. */
    lengthSeconds: z.int().check(z.minimum(1), z.maximum(86_400)),
    /** Wait before a call that was not dialed (429, or never sent) is tried again. */
    retryDelaySeconds: z.number().check(z.positive()),
    /** How many times faster than ours its clock runs: only that of a simulated one does. */
    clockSpeed: z.optional(z.number().check(z.positive())),
  }),
  timers: z.object({
    /** How long a call that ended without a verdict waits for digits that are still on the bus. */
    settleSeconds: z.number().check(z.positive()),
    /** When a call of the longest length that never ended is closed; a shorter one as much earlier. */
    deadlineSeconds: z.number().check(z.positive()),
  }),
  callback: z.object({
    timeoutSeconds: z.number().check(z.positive()),
    /** Wait before each attempt after the first; after the last one the result is parked. */
    delaysSeconds: z.array(z.number().check(z.positive())),
    /** Whether a callback may go to a loopback, private or link-local address. Only ever true on one machine. */
    privateNetworks: z.boolean(),
  }),
  retentionDays: z.int().check(z.positive()),
  /** Whether news that a deployment has no use for is published all the same: calls accepted, lines that ring. */
  verboseEvents: z.boolean(),
  /** Where every unit of work on a call is told as a span, by OTLP over HTTP; nowhere when it is left out. */
  tracing: z.optional(z.object({ endpoint: z.url({ protocol: /^https?$/ }) })),
});
