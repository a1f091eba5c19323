import * as z from "zod/mini";
import { type ApplicationGuard, ApplicationGuardSchema, amount, KINDS, prefix } from "../guard.ts";
import type { RecordOf } from "../records/fields.ts";
import { BreakerSettings } from "./breaker.ts";
import { atLeastOne } from "./numbers.ts";

/** What calls may cost, of a stage. */
export const GuardSettings = z.extend(ApplicationGuardSchema, {
  deniedKinds: z.array(z.enum(KINDS)),
  /** To one number, by all applications together. */
  callsPerDestinationPerHour: atLeastOne,
  breaker: BreakerSettings,
  /** A minute's price by prefix, in place of the list's. */
  rates: z.exactOptional(z.record(prefix, amount)),
});
export type Guard = RecordOf<typeof GuardSettings>;

/**
 * What holds for an application: its own word, where it has one. What the stage denies by prefix is denied to all.
 */
export function policyOf({ stage, application }: { stage: Guard; application?: ApplicationGuard | undefined }): Guard {
  const deniedPrefixes = [...(stage.deniedPrefixes ?? []), ...(application?.deniedPrefixes ?? [])];
  return { ...stage, ...application, deniedPrefixes };
}
