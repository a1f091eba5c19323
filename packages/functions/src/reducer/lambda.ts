import { DeliveredEventSchema } from "@promptcall/core/contracts/events";
import { foldingConsumer } from "../sqs/consumer.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedProgress } from "../wiring/progress.ts";
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
