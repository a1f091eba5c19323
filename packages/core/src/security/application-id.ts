import * as z from "zod/mini";

const EXPECTED = { error: "expected the id of a Vonage application" };

/**
 * The id of an application, in the one form in which it is compared, stored and counted: Vonage's are UUIDs, and in lower
 * case. Written otherwise it is the same application, not another one with a pace and with keys of its own. The simulated
 * carrier gives any other name, too.
 */
export const ApplicationIdSchema = z
  .string(EXPECTED)
  .check(z.trim(), z.toLowerCase(), z.regex(/^[a-z0-9_-]{1,64}$/, EXPECTED));
