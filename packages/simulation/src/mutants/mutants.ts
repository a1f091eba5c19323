import { ANSWER_MUTANTS } from "./answers.ts";
import { ASKING_MUTANTS } from "./asking.ts";
import { BATCH_MUTANTS } from "./batches.ts";
import { CALLBACK_MUTANTS } from "./callbacks.ts";
import { DEAD_LETTER_MUTANTS } from "./dead-letters.ts";
import { DIALING_MUTANTS } from "./dialing.ts";
import { HOURS_MUTANTS } from "./hours.ts";
import { LOOP_MUTANTS } from "./loops.ts";
import type { Mutant } from "./mutant.ts";
import { PRIORITY_MUTANTS } from "./priorities.ts";
import { PROGRESS_MUTANTS } from "./progress.ts";
import { RETRY_MUTANTS } from "./retry.ts";
import { STACK_MUTANTS } from "./stacks.ts";
import { WAITING_MUTANTS } from "./waiting.ts";
import { WEBHOOK_MUTANTS } from "./webhooks.ts";

/** Each mutant must make some history fail. One that survives is a gap in the simulation. */
export const MUTANTS: readonly Mutant[] = [
  ...ANSWER_MUTANTS,
  ...ASKING_MUTANTS,
  ...BATCH_MUTANTS,
  ...CALLBACK_MUTANTS,
  ...DEAD_LETTER_MUTANTS,
  ...DIALING_MUTANTS,
  ...HOURS_MUTANTS,
  ...LOOP_MUTANTS,
  ...PRIORITY_MUTANTS,
  ...PROGRESS_MUTANTS,
  ...RETRY_MUTANTS,
  ...STACK_MUTANTS,
  ...WAITING_MUTANTS,
  ...WEBHOOK_MUTANTS,
];
