import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, PutCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { BatchRecordSchema } from "@promptcall/core/records/batch";
import { UnknownBatchError } from "../errors.ts";
import type { Batches } from "../ports/batches.ts";
import { documents, expiry, parse, type TableOptions } from "./table.ts";

export function batchStore(options: TableOptions): Batches {
  const { tableName } = options;
  const client = documents(options.client);
  const keyOf = (id: string) => ({ pk: `batch#${id}`, sk: "batch" });

  async function find(id: string) {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: keyOf(id), ConsistentRead: true }));
    return Item && parse(Item, BatchRecordSchema).batch;
  }

  /** @throws {UnknownBatchError} */
  async function update(id: string, change: Omit<UpdateCommandInput, "TableName" | "Key" | "ConditionExpression">) {
    const ConditionExpression = "attribute_exists(pk)";
    try {
      return await client.send(
        new UpdateCommand({ TableName: tableName, Key: keyOf(id), ConditionExpression, ...change }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) throw new UnknownBatchError(id);
      throw error;
    }
  }

  return {
    find,

    async add(batch) {
      const Item = { ...keyOf(batch.id), batch, expires_at: expiry(options) };
      try {
        await client.send(
          new PutCommand({ TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" }),
        );
      } catch (error) {
        // It was written before, and may be over by now.
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },

    async adopt(id, { owner, expiresAt, sealedCredential }) {
      await update(id, {
        UpdateExpression:
          "SET #batch.#owner = if_not_exists(#batch.#owner, :owner), #batch.expiresAt = if_not_exists(#batch.expiresAt, :expiresAt), #batch.sealedCredential = if_not_exists(#batch.sealedCredential, :sealed)",
        ExpressionAttributeNames: { "#batch": "batch", "#owner": "owner" },
        ExpressionAttributeValues: { ":owner": owner, ":expiresAt": expiresAt, ":sealed": sealedCredential },
      });
    },

    async end(id, reason) {
      const { Attributes } = await update(id, {
        UpdateExpression: "SET #batch.#over = if_not_exists(#batch.#over, :reason)",
        ExpressionAttributeNames: { "#batch": "batch", "#over": "over" },
        ExpressionAttributeValues: { ":reason": reason },
        ReturnValues: "ALL_NEW",
      });
      const { over } = Attributes === undefined ? {} : parse(Attributes, BatchRecordSchema).batch;
      if (over === undefined) throw new UnknownBatchError(id);
      return over;
    },

    async pause(id, isPaused) {
      await update(id, {
        UpdateExpression: isPaused ? "SET #batch.paused = :true" : "REMOVE #batch.paused",
        ExpressionAttributeNames: { "#batch": "batch" },
        ...(isPaused && { ExpressionAttributeValues: { ":true": true } }),
      });
    },
  };
}
