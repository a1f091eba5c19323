import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ParkedDigits } from "../ports/parked-digits.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

/** Updates alone: whoever delivers results may not put or delete items. */
export function parkedDigitsStore(options: TableOptions): ParkedDigits {
  const { client, tableName, clock } = options;
  return {
    async keep(tid, sealed) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf("parkedDigits", { tid }),
          UpdateExpression: "SET sealed = :sealed, expires_at = :expires_at",
          ExpressionAttributeValues: { ":sealed": sealed, ":expires_at": expiryOf("parkedDigits", options) },
        }),
      );
    },

    async find(tid) {
      const item = await readItem(keyOf("parkedDigits", { tid }), options);
      // The table deletes an expired item within days, not at once.
      const isThere = Number(item?.expires_at) > clock.now().getTime() / 1_000;
      return isThere && typeof item?.sealed === "string" ? item.sealed : undefined;
    },

    async erase(tid) {
      await isWritten(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf("parkedDigits", { tid }),
            ConditionExpression: "attribute_exists(sealed)",
            UpdateExpression: "REMOVE sealed",
          }),
        ),
      );
    },
  };
}
