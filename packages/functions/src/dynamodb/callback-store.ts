import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isDelivery } from "@promptcall/core/callbacks/callback";
import { CallbackRecordSchema } from "@promptcall/core/contracts/records/callback";
import type { CallbackRecord, CallbackStore } from "../ports/callback-store.ts";
import { expiryOf, keyOf } from "./items.ts";
import { readMany } from "./read-many.ts";
import { parse, readItem, type TableOptions } from "./table.ts";

/** Two copies of one attempt may end differently. One delivery is enough, whichever was recorded last. */
function recordOf(item: Record<string, unknown> | undefined): CallbackRecord {
  if (item === undefined) return { attempts: [], state: "pending" };
  const { attempts, state } = parse(item, CallbackRecordSchema);
  return { attempts, state: attempts.some(isDelivery) ? "delivered" : state };
}

/** Delivery attempts of calls' results or of batches' counts, by the id of the call or batch. */
export function callbackStore({
  of: subject = "call",
  ...options
}: TableOptions & { readonly of?: "call" | "batch" }): CallbackStore {
  const { client, tableName } = options;
  const keyOfRecord = (id: string) => keyOf("callback", { subject, id });
  return {
    async read(id, { mayBeBehind = false } = {}) {
      return recordOf(await readItem(keyOfRecord(id), { ...options, isConsistent: !mayBeBehind }));
    },

    async find(ids) {
      const found = new Map<string, CallbackRecord>();
      const find = await readMany(ids.map(keyOfRecord), { client, tableName, isConsistent: false });
      for (const id of ids) {
        const item = find(keyOfRecord(id));
        // One unreadable record must not hide the others.
        if (CallbackRecordSchema.safeParse(item).success) found.set(id, recordOf(item));
      }
      return found;
    },

    async deliveryAttempted(ids) {
      const find = await readMany(ids.map(keyOfRecord), { client, tableName, isConsistent: false });
      return new Set(ids.filter((id) => find(keyOfRecord(id)) !== undefined));
    },

    async add(id, attempt, state) {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOfRecord(id),
          ReturnValues: "ALL_NEW",
          UpdateExpression:
            "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ":none": [],
            ":attempt": [attempt],
            ":state": state,
            ":expires_at": expiryOf("callback", options),
          },
        }),
      );
      return recordOf(Attributes);
    },
  };
}
