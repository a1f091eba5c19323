import { DeliveredEventSchema } from "@promptcall/core/events";
import { linkedProgress } from "../adapters/progress.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { foldingConsumer } from "../sqs/consumer.ts";
import { reducer } from "./reduce.ts";

const { log, watched } = linkedWatch("reducer");

export const handler = watched(
  foldingConsumer({
    schema: DeliveredEventSchema,
    of: ({ metadata }) => metadata.tid,
    fold: reducer(linkedProgress()),
    log,
  }),
);
