import { ASKING_MUTANTS } from "./mutants/asking.ts";
import { BATCH_MUTANTS } from "./mutants/batches.ts";
import { CALLBACK_MUTANTS } from "./mutants/callbacks.ts";
import { DEAD_LETTER_MUTANTS } from "./mutants/dead-letters.ts";
import { DIALING_MUTANTS } from "./mutants/dialing.ts";
import { LOOP_MUTANTS } from "./mutants/loops.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { PROGRESS_MUTANTS } from "./mutants/progress.ts";
import { STACK_MUTANTS } from "./mutants/stacks.ts";
import { WAITING_MUTANTS } from "./mutants/waiting.ts";
import { WEBHOOK_MUTANTS } from "./mutants/webhooks.ts";

/** Each mutant must make some history fail. One that survives is a gap in the simulation. */
export const MUTANTS: readonly Mutant[] = [
  ...ASKING_MUTANTS,
  ...BATCH_MUTANTS,
  ...CALLBACK_MUTANTS,
  ...DEAD_LETTER_MUTANTS,
  ...DIALING_MUTANTS,
  ...LOOP_MUTANTS,
  ...PROGRESS_MUTANTS,
  ...STACK_MUTANTS,
  ...WAITING_MUTANTS,
  ...WEBHOOK_MUTANTS,
];
