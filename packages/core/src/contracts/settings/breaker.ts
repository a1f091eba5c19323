import * as z from "zod/mini";
import { atLeastOne } from "./numbers.ts";

/** When an application's calls to a destination are suspended, because hardly any is completed, and for how long. */
export const BreakerSettings = z.object({
  /** Of an hour, before anything is decided by them. */
  leastCalls: atLeastOne,
  leastCompletedShare: z.number().check(z.minimum(0), z.maximum(1)),
  openSeconds: atLeastOne,
});
export type BreakerPolicy = Readonly<z.infer<typeof BreakerSettings>>;
