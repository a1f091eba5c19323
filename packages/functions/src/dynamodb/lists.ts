import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { listedAt, listOfBatch } from "@promptcall/core/call/listing";
import type { Lists } from "../ports/batches.ts";
import { tally } from "../ports/tally.ts";
import type { TableOptions } from "./table.ts";

/** The index of the lists. */
export const INDEX = "by_application";

export function listStore({ client, tableName }: TableOptions): Lists {
  return {
    async finishedOf(batchId) {
      const listed: ReturnType<typeof listedAt>[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: INDEX,
            KeyConditionExpression: "#list = :list",
            ExpressionAttributeNames: { "#list": "list" },
            ExpressionAttributeValues: { ":list": listOfBatch(batchId) },
            ...(ExclusiveStartKey && { ExclusiveStartKey }),
          }),
        );
        listed.push(...Items.map(({ at }) => listedAt(String(at))));
        ExclusiveStartKey = LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return tally(listed);
    },
  };
}
