import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { BatchRecordSchema } from "@promptcall/core/records/batch";
import type { Batches } from "../ports.ts";
import type { TableOptions } from "./table.ts";

export function batchStore({ client: plainClient, tableName, retentionDays, clock }: TableOptions): Batches {
  const client = DynamoDBDocumentClient.from(plainClient);
  const keyOf = (id: string) => ({ pk: `batch#${id}`, sk: "batch" });
  return {
    async add(batch) {
      const expires_at = Math.floor(clock.now().getTime() / 1000) + retentionDays * 24 * 3600;
      await client.send(new PutCommand({ TableName: tableName, Item: { ...keyOf(batch.id), batch, expires_at } }));
    },
    async find(id) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }),
      );
      return Item && BatchRecordSchema.parse(Item).batch;
    },
  };
}
