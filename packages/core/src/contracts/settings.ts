import * as z from "zod/mini";
import { CallbackSettings } from "./settings/callback.ts";
import { CarrierSettings } from "./settings/carrier.ts";
import { GuardSettings } from "./settings/guard.ts";
import { atLeastOne } from "./settings/numbers.ts";
import { retentionDays, tracing, verboseEvents } from "./settings/stage.ts";
import { TimerSettings } from "./settings/timers.ts";

/** What the functions read at run time, each the parts that it names. Durations are in seconds. */
export type Settings = z.infer<typeof SettingsSchema>;
export const SettingsSchema = z.object({
  carrier: CarrierSettings,
  timers: TimerSettings,
  callback: CallbackSettings,
  /** How many requests may wait until a call or a batch is over: those of one application, and of all. */
  waiting: z.object({ ofOne: atLeastOne, ofAll: atLeastOne }),
  guard: GuardSettings,
  /** Whether the deprecated API's requests may have their secret, and their PIN, in the address. */
  credentialInQuery: z.boolean(),
  retentionDays,
  verboseEvents,
  tracing,
});
