import * as z from "zod/mini";
import { atLeastOne, positive } from "./numbers.ts";

export const CallbackSettings = z.object({
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
});
