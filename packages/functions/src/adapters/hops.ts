import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Hops } from "../ports/hops.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

export function hopStore(options: TableOptions): Hops {
  const { client, tableName } = options;
  return {
    async made(key) {
      const item = await readItem(keyOf("hop", { key }), options);
      return Number(item?.hops ?? 0);
    },

    async make(key, hops) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("hop", { key }),
        UpdateExpression: "SET hops = :hops, expires_at = :expires_at",
        ConditionExpression: "attribute_not_exists(hops) OR hops < :hops",
        ExpressionAttributeValues: { ":hops": hops, ":expires_at": expiryOf("hop", options) },
      });
      // Where the condition does not hold, somebody has come further.
      await isWritten(client.send(update));
    },
  };
}
