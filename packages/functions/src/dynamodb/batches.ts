import { PutCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { listedBatch } from "@promptcall/core/call/application-list";
import { ERASED } from "@promptcall/core/call/erasure";
import { BatchRecordSchema } from "@promptcall/core/contracts/records/batch";
import { UnknownBatchError } from "../errors.ts";
import type { Batches } from "../ports/batches.ts";
import { expiryOf, expiryUnfinished, keyOf } from "./items.ts";
import { ifHolds, isWritten, parse, readItem, type TableOptions } from "./table.ts";

export function batchStore(options: TableOptions): Batches {
  const { client, tableName } = options;

  async function find(id: string) {
    const item = await readItem(keyOf("batch", { id }), options);
    return item && parse(item, BatchRecordSchema).batch;
  }

  /** @throws {UnknownBatchError} */
  async function update(id: string, change: Omit<UpdateCommandInput, "TableName" | "Key" | "ConditionExpression">) {
    const ConditionExpression = "attribute_exists(pk)";
    const Key = keyOf("batch", { id });
    const command = new UpdateCommand({ TableName: tableName, Key, ConditionExpression, ...change });
    const answer = await ifHolds(client.send(command));
    if (answer === undefined) throw new UnknownBatchError(id);
    return answer;
  }

  const adopt: Batches["adopt"] = async (id, { owner, expiresAt, sealedCredential }) => {
    await update(id, {
      UpdateExpression:
        "SET #batch.#owner = if_not_exists(#batch.#owner, :owner), #batch.expiresAt = if_not_exists(#batch.expiresAt, :expiresAt), #batch.sealedCredential = if_not_exists(#batch.sealedCredential, :sealed)",
      ExpressionAttributeNames: { "#batch": "batch", "#owner": "owner" },
      ExpressionAttributeValues: { ":owner": owner, ":expiresAt": expiresAt, ":sealed": sealedCredential },
    });
  };

  return {
    find,

    async add(batch) {
      const expires_at =
        batch.expiresAt === undefined
          ? expiryOf("batch", options)
          : expiryUnfinished({ lastDialMs: Date.parse(batch.expiresAt) });
      const Item = { ...keyOf("batch", { id: batch.id }), batch, expires_at, ...listedBatch(batch) };
      const put = new PutCommand({ TableName: tableName, Item, ConditionExpression: "attribute_not_exists(pk)" });
      // Where the condition does not hold, it was written before, and may be over by now.
      const { owner, expiresAt, sealedCredential } = batch;
      if ((await isWritten(client.send(put))) || !owner || !expiresAt || !sealedCredential) return;
      await adopt(batch.id, { owner, expiresAt, sealedCredential });
    },

    adopt,

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

    async eraseCredential(id) {
      await update(id, {
        // In place of it, so that a request that is repeated does not bring it back.
        UpdateExpression: "SET #batch.sealedCredential = :erased, expires_at = :expires_at",
        ExpressionAttributeNames: { "#batch": "batch" },
        ExpressionAttributeValues: { ":erased": ERASED, ":expires_at": expiryOf("batch", options) },
      });
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
