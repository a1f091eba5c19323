import { DeliveredEventSchema } from "@promptcall/core/events";
import { linkedProgress } from "../adapters/progress.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { foldingConsumer } from "../sqs/consumer.ts";
import { reducer } from "./reduce.ts";

const { log, instrument } = linkedTelemetry("reducer");

export const handler = instrument(
  foldingConsumer({
    schema: DeliveredEventSchema,
    of: ({ metadata }) => metadata.tid,
    fold: reducer(linkedProgress()),
    log,
  }),
);
