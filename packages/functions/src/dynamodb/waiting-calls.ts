import { DeleteCommand, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import type { Priority } from "@promptcall/core/contracts/priority";
import { WaitingRecordSchema } from "@promptcall/core/contracts/records/waiting";
import type { WaitingCallItem, WaitingCalls } from "../ports/waiting-calls.ts";
import { expiryUnfinished, keyOf, pkOf } from "./items.ts";
import { isWritten, parse, type TableOptions } from "./table.ts";
import { writeMany } from "./write-many.ts";

/** Which of an owner's items are of a priority, by their keys: those of a normal one begin with the year. */
const OF_PRIORITY: Readonly<Record<Priority, { readonly condition: string; readonly value: string }>> = {
  high: { condition: "begins_with(sk, :sk)", value: "high#" },
  normal: { condition: "sk < :sk", value: ":" },
  low: { condition: "begins_with(sk, :sk)", value: "low#" },
};

/** Single calls that wait: small items under their owner, by priority and sorted by time. */
export function waitingCallStore(options: TableOptions): WaitingCalls {
  const { client, tableName } = options;
  const keyOfItem = (owner: string, item: Pick<WaitingCallItem, "tid" | "notBeforeMs" | "priority">) => {
    const { tid, priority } = item;
    const names = { owner, notBefore: new Date(item.notBeforeMs).toISOString(), tid };
    return priority === undefined ? keyOf("waiting", names) : keyOf("waitingAtPriority", { ...names, priority });
  };

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

    async list(owner, { limit, priority = "normal" }) {
      const { condition, value } = OF_PRIORITY[priority];
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: `pk = :pk AND ${condition}`,
          ExpressionAttributeValues: { ":pk": pkOf("waiting", { owner }), ":sk": value },
          Limit: limit,
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => parse(item, WaitingRecordSchema));
    },

    async remove(owner, item) {
      const { writtenBy } = item;
      const isSame = writtenBy === undefined ? "attribute_not_exists(writtenBy)" : "writtenBy = :writtenBy";
      const removal = new DeleteCommand({
        TableName: tableName,
        Key: keyOfItem(owner, item),
        ConditionExpression: isSame,
        ...(writtenBy !== undefined && { ExpressionAttributeValues: { ":writtenBy": writtenBy } }),
      });
      await isWritten(client.send(removal));
    },
  };
}
