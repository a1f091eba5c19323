import { DeliveredEventSchema } from "@promptcall/core/events";
import { log } from "../adapters/log.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { consumer } from "../consumer.ts";
import { reducer } from "./reduce.ts";

export const handler = consumer({
  schema: DeliveredEventSchema,
  handle: reducer(linkedProgress()),
  log: log("reducer"),
  clock,
  // Several events of one call often come in one batch; side by side they would only race each other.
  inOrder: true,
});
