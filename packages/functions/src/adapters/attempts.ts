import { createHash } from "node:crypto";
import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { AttemptSchema } from "@promptcall/core/idempotency";
import type { Attempts } from "../ports/attempts.ts";
import type { TableOptions } from "./table.ts";

/** Keys are the customers' own, of any form: they are told apart by their hash, within an application. */
export function attemptStore({ client: plainClient, tableName }: TableOptions): Attempts {
  const client = DynamoDBDocumentClient.from(plainClient, { marshallOptions: { removeUndefinedValues: true } });
  const keyOf = ({ applicationId, key }: { applicationId: string; key: string }) => ({
    pk: `idem#${applicationId}#${createHash("sha256").update(key).digest("base64url")}`,
    sk: "attempt",
  });
  return {
    async read(name) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOf(name), ConsistentRead: true }),
      );
      return Item && { attempt: AttemptSchema.parse(Item.attempt), revision: Number(Item.revision) };
    },

    async write(name, { attempt, revision }) {
      const Item = {
        ...keyOf(name),
        attempt,
        revision: revision + 1,
        expires_at: Math.ceil(attempt.expiresAtMs / 1000),
      };
      const isUnchanged =
        revision === 0
          ? { ConditionExpression: "attribute_not_exists(pk)" }
          : { ConditionExpression: "revision = :revision", ExpressionAttributeValues: { ":revision": revision } };
      try {
        await client.send(new PutCommand({ TableName: tableName, Item, ...isUnchanged }));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
