import { Logger } from "@aws-lambda-powertools/logger";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type CallCompleted, onCallCompleted } from "promptcall/events";
import { Resource } from "sst";
import * as z from "zod/mini";
import { dayOf, resultStore } from "./results.ts";

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

/** What comes twice is known by its item, so that nothing else has to remember what was seen. */
async function count(event: CallCompleted): Promise<void> {
  const isNew = await store.keep(event, linked.Settings);
  const { tid, application_id } = event.metadata;
  const { status, reason } = event.data;
  logger.info(isNew ? "result.counted" : "result.repeated", { tid, application_id, day: dayOf(event), status, reason });
}

export const handler = onCallCompleted(count, {
  onFailure: ({ messageId, error }) =>
    // Its message may quote what it was given.
    logger.error("message.failed", {
      message_id: messageId,
      error: error instanceof Error ? error.name : typeof error,
    }),
});
