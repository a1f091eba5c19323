import * as z from "zod/mini";

const count = z.int().check(z.minimum(0));
const saying = (description: string) => z.describe(description);

/** What an application is told of itself. */
export const ApplicationSchema = z
  .object({
    application_id: z.string(),
    public_keys: z.array(
      z.object({
        fingerprint: z.string().check(saying("SHA-256 of the key in DER")),
        learned: z.optional(z.literal(true)).check(saying("Nobody registered it: the carrier took what it has signed")),
      }),
    ),
    callback_hosts: z
      .optional(z.array(z.string()))
      .check(saying("Where results may go; anywhere where it is left out")),
    do_not_call: z.optional(z.array(z.string())).check(saying("Numbers that it does not call")),
    account: z.optional(z.string()).check(saying("Whose pace it shares")),
    calls_per_second: z.number().check(saying("What the carrier has agreed to")),
    current_calls_per_second: z.number().check(saying("Less for a while after the carrier had no room")),
    guard: z
      .optional(z.record(z.string(), z.unknown()))
      .check(saying("What its calls may cost, where that is its own")),
    counts: z
      .object({
        queued: count,
        live: count.check(saying("Dialed, and not over")),
        done: count.check(saying("Completed within the last hour, but for those that failed")),
        failed: count.check(saying("Completed within the last hour with the status `error`")),
        parked: count.check(saying("Results that wait for a replay")),
        at_least: z.optional(z.literal(true)).check(saying("There are older calls, which were not counted")),
      })
      .check(saying("Of its newest 1,000 calls")),
  })
  .register(z.globalRegistry, { id: "Application" });
