import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ProofRecordSchema } from "@promptcall/core/contracts/records/proof";
import type { Proofs, Questions } from "../ports/proofs.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, parse, readItem, type TableOptions } from "./table.ts";

export function proofStore(options: TableOptions): Proofs {
  const { client, tableName } = options;
  return {
    async read(hash) {
      const item = await readItem(keyOf("proof", { hash }), options);
      return item && parse(item, ProofRecordSchema);
    },

    async write(hash, { seen, next }) {
      const Key = keyOf("proof", { hash });
      // What has expired may be there for two days yet, or may be gone since it was read.
      const isUnchanged =
        seen === undefined
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : {
              ConditionExpression: "attribute_not_exists(pk) OR (answer = :answer AND untilMs = :untilMs)",
              ExpressionAttributeValues: { ":answer": seen.answer, ":untilMs": seen.untilMs },
            };
      if (next === undefined)
        return await isWritten(client.send(new DeleteCommand({ TableName: tableName, Key, ...isUnchanged })));
      const Item = { ...Key, ...next, expires_at: Math.ceil(next.untilMs / 1_000) };
      return await isWritten(client.send(new PutCommand({ TableName: tableName, Item, ...isUnchanged })));
    },
  };
}

/** A counter for each second, which is gone soon. */
export function questionStore(options: TableOptions): Questions {
  const { client, tableName } = options;
  return {
    async count({ scope, atMs, most }) {
      const second = String(Math.floor(atMs / 1_000));
      return await isWritten(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf("questions", { scope, second }),
            UpdateExpression: "SET expires_at = :expires_at ADD asked :one",
            ConditionExpression: "attribute_not_exists(asked) OR asked < :most",
            ExpressionAttributeValues: { ":one": 1, ":most": most, ":expires_at": expiryOf("questions", options) },
          }),
        ),
      );
    },
  };
}
