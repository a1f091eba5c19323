import { log } from "../adapters/log.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { consumer } from "../consumer.ts";
import { DeadLetterSchema, deadLetters } from "./bury.ts";

export const handler = consumer({
  schema: DeadLetterSchema,
  handle: deadLetters(linkedProgress()),
  log: log("dead-letters"),
  clock,
});
