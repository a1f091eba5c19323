import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import type { CallCompleted } from "promptcall/events";
import * as z from "zod/mini";

type Status = CallCompleted["data"]["status"];

/** How many calls of an application ended in what, on one day. */
export type Tally = Readonly<Record<Status, number>>;

const ItemSchema = z.object({ status: z.enum(["ok", "failed", "error"]) });

/** The day of a result, in UTC. That of the event, not of its delivery: it is the same however often it comes. */
export const dayOf = ({ metadata }: { readonly metadata: { readonly time: string } }) =>
  metadata.time.slice(0, "2026-01-01".length);

/**
 * One item for each result, under the id of its event. Events are delivered at least once; what comes again finds itself
 * there, so there is no moment at which a crash could count it twice, or not at all.
 */
export function resultStore({ client: plainClient, tableName }: { client: DynamoDBClient; tableName: string }) {
  const client = DynamoDBDocumentClient.from(plainClient, { marshallOptions: { removeUndefinedValues: true } });
  const keyOf = ({ applicationId, day }: { applicationId: string; day: string }) => `${applicationId}#${day}`;
  return {
    /** Whether it was not there yet. */
    async keep(event: CallCompleted, { retentionDays }: { retentionDays: number }): Promise<boolean> {
      const { id, application_id: applicationId, tid, time } = event.metadata;
      const { status, reason } = event.data;
      const expires_at = Math.floor(Date.parse(time) / 1000) + retentionDays * 24 * 3600;
      const key = { pk: keyOf({ applicationId, day: dayOf(event) }), sk: id };
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: { ...key, tid, status, reason, expires_at },
            ConditionExpression: "attribute_not_exists(pk)",
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },

    async tally(of: { applicationId: string; day: string }): Promise<Tally> {
      const tally = { ok: 0, failed: 0, error: 0 };
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": keyOf(of) },
          ProjectionExpression: "#status",
          ExpressionAttributeNames: { "#status": "status" },
        },
      );
      for await (const { Items = [] } of pages) for (const item of Items) tally[ItemSchema.parse(item).status] += 1;
      return tally;
    },
  };
}
