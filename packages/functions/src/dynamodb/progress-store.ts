import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/call/evolve";
import { listingOf } from "@promptcall/core/call/listing";
import { SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import { ConflictError } from "../errors.ts";
import type { CallStore } from "../ports/call-store.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, parse, readItem, type TableOptions } from "./table.ts";
import { eraseWords } from "./words.ts";

/** Reads only the spec, for callers that do not need the state. */
export function specReader(options: TableOptions): CallStore["spec"] {
  return async (tid) => {
    const key = keyOf("spec", { tid });
    // The spec is written once, so only its absence can be stale; an eventually consistent read is half the price.
    const item = (await readItem(key, { ...options, isConsistent: false })) ?? (await readItem(key, options));
    return item && parse(item, SpecRecordSchema).spec;
  };
}

/** Reads and writes one call, for callers that write its progress. */
export function progressStore(options: TableOptions): Pick<CallStore, "spec" | "state" | "save" | "eraseWords"> {
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

    eraseWords: (tid) => eraseWords(tid, options),

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
