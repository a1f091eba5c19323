import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ERASED, OPTIONAL_WORDS } from "@promptcall/core/call/erasure";
import { accept } from "@promptcall/core/call/evolve";
import { listingOf } from "@promptcall/core/call/listing";
import { SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import { ConflictError } from "../errors.ts";
import type { CallStore } from "../ports/call-store.ts";
import { expiryOf, keyOf } from "./items.ts";
import { ifHolds, isWritten, parse, readItem, type TableOptions } from "./table.ts";

/** Reads only the spec, for callers that do not need the state. */
export function specReader(options: TableOptions): CallStore["spec"] {
  return async (tid) => {
    const key = keyOf("spec", { tid });
    // The spec is written once, so only its absence can be stale; an eventually consistent read is half the price.
    const item = (await readItem(key, { ...options, isConsistent: false })) ?? (await readItem(key, options));
    return item && parse(item, SpecRecordSchema).spec;
  };
}

/** What an erased spec does without, as an update names it. */
const GONE = OPTIONAL_WORDS.map((field) => `spec.${field}`).join(", ");

/** Reads and writes one call, for callers that write its progress. */
export function progressStore(
  options: TableOptions,
): Pick<CallStore, "spec" | "state" | "save" | "eraseWords" | "eraseDigits"> {
  const { client, tableName } = options;
  const spec = specReader(options);

  return {
    spec,

    async state(tid, { mayBeBehind = false } = {}) {
      const item = await readItem(keyOf("state", { tid }), { ...options, isConsistent: !mayBeBehind });
      if (item !== undefined) return parse(item, StateRecordSchema);
      const asked = await spec(tid);
      return asked && { call: accept(asked), version: 1 };
    },

    async eraseWords(tid) {
      const erase = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("spec", { tid }),
        ConditionExpression: "attribute_exists(pk)",
        UpdateExpression: `SET spec.#text = :erased, spec.pinHash = :erased, expires_at = :expires_at REMOVE ${GONE}`,
        ExpressionAttributeNames: { "#text": "text" },
        ExpressionAttributeValues: { ":erased": ERASED, ":expires_at": expiryOf("spec", options) },
      });
      await ifHolds(client.send(erase));
    },

    async eraseDigits(tid) {
      const erase = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("state", { tid }),
        ConditionExpression: "attribute_exists(#call.outcome.sealedDigits)",
        UpdateExpression: "SET #version = #version + :one REMOVE #call.outcome.sealedDigits",
        ExpressionAttributeNames: { "#call": "call", "#version": "version" },
        ExpressionAttributeValues: { ":one": 1 },
      });
      await ifHolds(client.send(erase));
    },

    async save({ call, version }) {
      const unchanged = version === 1 ? "attribute_not_exists(pk) OR #version = :version" : "#version = :version";
      const put = new PutCommand({
        TableName: tableName,
        Item: {
          ...keyOf("state", { tid: call.tid }),
          call,
          version: version + 1,
          expires_at: expiryOf("state", options),
          ...(call.phase === "completed" && listingOf(call)),
        },
        ConditionExpression: unchanged,
        ExpressionAttributeNames: { "#version": "version" },
        ExpressionAttributeValues: { ":version": version },
      });
      if (!(await isWritten(client.send(put)))) throw new ConflictError(call.tid);
    },
  };
}
