import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Checkpoints } from "../ports/checkpoints.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

export function checkpointStore(options: TableOptions): Checkpoints {
  const { client, tableName } = options;
  return {
    async get(key) {
      const item = await readItem(keyOf("checkpoint", { key }), options);
      return Number(item?.hops ?? 0);
    },

    async advance(key, hops) {
      const update = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("checkpoint", { key }),
        UpdateExpression: "SET hops = :hops, expires_at = :expires_at",
        ConditionExpression: "attribute_not_exists(hops) OR hops < :hops",
        ExpressionAttributeValues: { ":hops": hops, ":expires_at": expiryOf("checkpoint", options) },
      });
      // The condition fails when the checkpoint is further already.
      return await isWritten(client.send(update));
    },
  };
}
