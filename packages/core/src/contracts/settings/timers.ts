import * as z from "zod/mini";
import { positive } from "./numbers.ts";

export const TimerSettings = z.object({
  /** How long a call that ended without a verdict waits for digits that may still be on the bus. */
  settleSeconds: positive,
  /** When a call of the longest length is closed if its end was never reported. Shorter calls are closed earlier. */
  deadlineSeconds: positive,
});
