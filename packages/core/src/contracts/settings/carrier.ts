import * as z from "zod/mini";
import { positive } from "./numbers.ts";

export const CarrierSettings = z.object({
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
});
