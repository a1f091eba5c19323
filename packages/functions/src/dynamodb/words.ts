import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ERASED, OPTIONAL_WORDS } from "@promptcall/core/call/erasure";
import { expiryOf, keyOf } from "./items.ts";
import { ifHolds, type TableOptions } from "./table.ts";

/** What an update of a spec erases: the words that were to be said, and the hash of the PIN. */
export const WITHOUT_WORDS = {
  set: "spec.#text = :erased, spec.pinHash = :erased",
  remove: OPTIONAL_WORDS.map((field) => `spec.${field}`).join(", "),
  names: { "#text": "text" },
  values: { ":erased": ERASED },
} as const;

/** Erases them by a write of their own. */
export async function eraseWords(tid: string, options: TableOptions): Promise<void> {
  const erase = new UpdateCommand({
    TableName: options.tableName,
    Key: keyOf("spec", { tid }),
    ConditionExpression: "attribute_exists(pk)",
    UpdateExpression: `SET ${WITHOUT_WORDS.set}, expires_at = :expires_at REMOVE ${WITHOUT_WORDS.remove}`,
    ExpressionAttributeNames: WITHOUT_WORDS.names,
    ExpressionAttributeValues: { ...WITHOUT_WORDS.values, ":expires_at": expiryOf("spec", options) },
  });
  await ifHolds(options.client.send(erase));
}
