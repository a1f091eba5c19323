import { DeliveredReportSchema } from "@promptcall/core/contracts/report-events";
import type { ProgressPorts } from "../calls/progress.ts";
import type { Log } from "../ports/log.ts";
import { foldingConsumer } from "../sqs/consumer.ts";
import { reducer } from "./reduce.ts";

/** What takes reports on calls from the state queue, those of one call together. */
export function reducerHandler({ log, ...ports }: ProgressPorts & { readonly log: Log }) {
  return foldingConsumer({
    schema: DeliveredReportSchema,
    of: ({ metadata }) => metadata.tid,
    fold: reducer(ports),
    log,
  });
}
