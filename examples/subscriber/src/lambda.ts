import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CallCompleted, DeliveredEventSchema } from "@promptcall/core/contracts/events";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { Resource } from "sst";
import * as z from "zod/mini";
import { dayOf, resultStore } from "./results.ts";

/** What the rule lets through: whatever else comes is a mistake, and ends among the dead letters. */
const ResultSchema = z.pipe(DeliveredEventSchema, CallCompleted);

const linked = z
  .object({ Results: z.object({ name: z.string() }), Settings: z.object({ retentionDays: z.number() }) })
  .parse(Resource);

/** All tries together are over long before the function is; without `throwOnRequestTimeout` the SDK only warns. */
const client = new DynamoDBClient({
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    throwOnRequestTimeout: true,
    socketTimeout: 2_000,
  },
});
const store = resultStore({ client, tableName: linked.Results.name });
const logger = new Logger({ serviceName: "subscriber" });
const processor = new BatchProcessor(EventType.SQS);

async function count({ body, messageId }: SQSRecord): Promise<void> {
  try {
    const event = ResultSchema.parse(JSON.parse(body));
    const isNew = await store.keep(event, linked.Settings);
    const { tid, application_id } = event.metadata;
    const { status, reason } = event.data;
    logger.info(isNew ? "result.counted" : "result.repeated", {
      tid,
      application_id,
      day: dayOf(event),
      status,
      reason,
    });
  } catch (error) {
    // Its message may quote what it was given.
    logger.error("message.failed", {
      message_id: messageId,
      error: error instanceof Error ? error.name : typeof error,
    });
    throw error;
  }
}

export const handler = (event: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
  processPartialResponse(event, count, processor, { context, throwOnFullBatchFailure: false });
