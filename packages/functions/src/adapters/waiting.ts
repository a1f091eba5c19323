import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { WaitingRecordSchema } from "@promptcall/core/records/waiting";
import type { Waiting } from "../ports/waiting.ts";
import { documents, expiry, parse, type TableOptions } from "./table.ts";

/** Single calls that wait are small items beside their owner's loop, sorted by their times. */
export function waitingStore(options: TableOptions): Waiting {
  const { tableName } = options;
  const client = documents(options.client);
  const pkOf = (owner: string) => `wait#${owner}`;
  const skOf = (item: { tid: string; notBeforeMs: number }) =>
    `${new Date(item.notBeforeMs).toISOString()}#${item.tid}`;

  return {
    async add(owner, { sealedCredential, ...item }) {
      const Item = {
        pk: pkOf(owner),
        sk: skOf(item),
        ...item,
        sealedCredential,
        expires_at: expiry(options),
      };
      await client.send(new PutCommand({ TableName: tableName, Item }));
    },

    async list(owner, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pkOf(owner) },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => parse(item, WaitingRecordSchema));
    },

    async remove(owner, item) {
      await client.send(new DeleteCommand({ TableName: tableName, Key: { pk: pkOf(owner), sk: skOf(item) } }));
    },
  };
}
