import { ApplicationGuardSchema, guardOfFields } from "@promptcall/core/contracts/guard";
import { BreakerSettings } from "@promptcall/core/contracts/settings/breaker";
import { GuardSettings } from "@promptcall/core/contracts/settings/guard";
import * as z from "zod/mini";

const EXAMPLE = 'must be JSON, as {"allowed_prefixes": ["44"], "calls_per_day": 5000}';

const given = z.exactOptional;
const { deniedKinds, callsPerDestinationPerHour, rates } = GuardSettings.shape;
const { leastCalls, leastCompletedShare, openSeconds } = BreakerSettings.shape;

const OwnGuardSchema = z.strictObject({
  ...ApplicationGuardSchema.shape,
  deniedKinds: given(deniedKinds),
  callsPerDestinationPerHour: given(callsPerDestinationPerHour),
  breaker: given(
    z.strictObject({
      leastCalls: given(leastCalls),
      leastCompletedShare: given(leastCompletedShare),
      openSeconds: given(openSeconds),
    }),
  ),
  rates,
});
type Guard = z.infer<typeof GuardSettings>;
type OwnGuard = z.infer<typeof OwnGuardSchema>;

/** What an operator says of what calls may cost, in place of the defaults; names in `snake_case`. */
export const GuardVariableSchema = z.optional(z.pipe(z.pipe(z.string(), z.transform(parsedFields)), OwnGuardSchema));

function parsedFields(text: string, context: { issues: unknown[] }): unknown {
  try {
    return guardOfFields(JSON.parse(text));
  } catch {
    context.issues.push({ code: "custom", message: EXAMPLE, input: undefined });
    return undefined;
  }
}

/**
 * Generous, so that no honest customer meets them: a number is called for a PIN some times an hour, and half of the
 * people enter theirs. How many calls an application may ask for is between the operator and whoever pays; without a
 * limit, it is not counted either, which would be a write more for each request.
 */
export const GUARD: Guard = {
  deniedKinds: ["premium", "satellite"],
  callsPerDestinationPerHour: 60,
  breaker: { leastCalls: 100, leastCompletedShare: 0.05, openSeconds: 900 },
};

/** On one machine the same few people are called all the time, and what is measured is often that nobody answers. */
export const LOCAL_GUARD: Guard = {
  ...GUARD,
  callsPerDestinationPerHour: 1_000_000,
  breaker: { ...GUARD.breaker, leastCalls: 1_000_000 },
};

export function guardOf(defaults: Guard, own: OwnGuard | undefined): Guard {
  return { ...defaults, ...own, breaker: { ...defaults.breaker, ...own?.breaker } };
}
