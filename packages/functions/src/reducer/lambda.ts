import { DeliveredEventSchema } from "@promptcall/core/events";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../consumer.ts";
import { reducer } from "./reduce.ts";

const { log, watched } = linkedWatch("reducer");

export const handler = watched(
  consumer({
    schema: DeliveredEventSchema,
    handle: reducer(linkedProgress()),
    log,
    clock,
    // Several events of one call often come in one batch; side by side they would only race each other.
    inOrder: true,
  }),
);
