import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { WaitingRecordSchema } from "@promptcall/core/contracts/records/waiting";
import type { WaitingCallItem, WaitingCalls } from "../ports/waiting-calls.ts";
import { expiryUnfinished, keyOf, pkOf } from "./items.ts";
import { parse, type TableOptions } from "./table.ts";
import { writeMany } from "./write-many.ts";

/** Single calls that wait: small items under their owner, sorted by time. */
export function waitingCallStore(options: TableOptions): WaitingCalls {
  const { client, tableName } = options;
  const keyOfItem = (owner: string, { tid, notBeforeMs }: { tid: string; notBeforeMs: number }) =>
    keyOf("waiting", { owner, notBefore: new Date(notBeforeMs).toISOString(), tid });

  const written = (owner: string, item: WaitingCallItem) => ({
    ...keyOfItem(owner, item),
    ...item,
    expires_at: expiryUnfinished({ lastDialMs: item.notBeforeMs }),
  });

  return {
    async add(owner, item) {
      await client.send(new PutCommand({ TableName: tableName, Item: written(owner, item) }));
    },

    async addAll(owner, items) {
      await writeMany(
        items.map((item) => written(owner, item)),
        options,
      );
    },

    async list(owner, limit) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": pkOf("waiting", { owner }) },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => parse(item, WaitingRecordSchema));
    },

    async remove(owner, item) {
      await client.send(new DeleteCommand({ TableName: tableName, Key: keyOfItem(owner, item) }));
    },
  };
}
