import { createHash } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { IdempotencyRecordSchema } from "@promptcall/core/acceptance/idempotency";
import type { IdempotencyRecords } from "../ports/idempotency.ts";
import { keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

export function idempotencyStore(options: TableOptions): IdempotencyRecords {
  const { client, tableName } = options;
  const keyOfAttempt = ({ applicationId, key }: { applicationId: string; key: string }) =>
    keyOf("idempotency", { applicationId, keyHash: createHash("sha256").update(key).digest("base64url") });
  return {
    async read(name) {
      const item = await readItem(keyOfAttempt(name), options);
      return item && { record: IdempotencyRecordSchema.parse(item.attempt), revision: Number(item.revision) };
    },

    async write(name, { record, revision }) {
      const Item = {
        ...keyOfAttempt(name),
        attempt: record,
        revision: revision + 1,
        expires_at: Math.ceil(record.expiresAtMs / 1000),
      };
      const isUnchanged =
        revision === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : { ConditionExpression: "revision = :revision", ExpressionAttributeValues: { ":revision": revision } };
      return await isWritten(client.send(new PutCommand({ TableName: tableName, Item, ...isUnchanged })));
    },
  };
}
