import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isDelivery } from "@promptcall/core/callbacks/callback";
import { CallbackRecordSchema, type DeliveryAttempt } from "@promptcall/core/contracts/records/callback";
import type { CallbackRecord, CallbackStore } from "../ports/callback-store.ts";
import { expiryOf, type Key, keyOf } from "./items.ts";
import { inChunks, KEYS_PER_REQUEST, readMany } from "./read-many.ts";
import { ifHolds, parse, readItem, type TableOptions } from "./table.ts";
import { eraseWords, WITHOUT_WORDS } from "./words.ts";

interface Appended {
  readonly state: CallbackRecord["state"];
  readonly in: Key;
  /** Only where the item holds attempts. */
  readonly erases: boolean;
}

type Item = Record<string, unknown> | undefined;

/** Two copies of one attempt may end differently. One delivery is enough, whichever was recorded last. */
function recordOf(item: Item): CallbackRecord {
  if (item === undefined) return { attempts: [], state: "pending" };
  const { attempts, state } = parse(item, CallbackRecordSchema);
  return { attempts, state: attempts.some(isDelivery) ? "delivered" : state };
}

/** Whether the item is where its call's attempts are. Calls that were accepted before have an item of their own for that. */
const holdsAttempts = (item: Item) => item !== undefined && "attempts" in item;

/** Whether there is any; what cannot be read was written by an attempt, too. */
const isAttempted = (item: Item) => item !== undefined && !(Array.isArray(item.attempts) && item.attempts.length === 0);

/**
 * Delivery attempts of calls' results or of batches' counts, by the id of the call or batch. Those of a call are in the item
 * of its spec, so that its words are erased by the same write.
 */
export function callbackStore({
  of: subject = "call",
  ...options
}: TableOptions & { readonly of?: "call" | "batch" }): CallbackStore {
  const { client, tableName } = options;
  const apart = (id: string) => keyOf("callback", { subject, id });
  const within = (id: string) => keyOf("spec", { tid: id });

  async function readAll(ids: readonly string[]): Promise<(id: string) => Item> {
    const from = async (keyFor: (id: string) => Key, some: readonly string[]) =>
      some.length === 0
        ? () => undefined
        : await readMany(some.map(keyFor), { client, tableName, isConsistent: false });
    const inSpec = subject === "call" ? await from(within, ids) : () => undefined;
    const others = ids.filter((id) => !holdsAttempts(inSpec(within(id))));
    const inOwn = await from(apart, others);
    return (id) => (holdsAttempts(inSpec(within(id))) ? inSpec(within(id)) : inOwn(apart(id)));
  }

  async function append(attempt: DeliveryAttempt, { state, in: Key, erases }: Appended) {
    const { names, values, set, remove } = WITHOUT_WORDS;
    const update = new UpdateCommand({
      TableName: tableName,
      Key,
      ReturnValues: "ALL_NEW",
      ...(erases && { ConditionExpression: "attribute_exists(attempts)" }),
      UpdateExpression: [
        "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at",
        ...(erases ? [`, ${set} REMOVE ${remove}`] : []),
      ].join(""),
      ExpressionAttributeNames: { "#state": "state", ...(erases && names) },
      ExpressionAttributeValues: {
        ":none": [],
        ":attempt": [attempt],
        ":state": state,
        ":expires_at": expiryOf("callback", options),
        ...(erases && values),
      },
    });
    return await ifHolds(client.send(update));
  }

  return {
    async read(id) {
      const item = subject === "call" ? await readItem(within(id), options) : undefined;
      return recordOf(holdsAttempts(item) ? item : await readItem(apart(id), options));
    },

    async find(ids) {
      const found = new Map<string, CallbackRecord>();
      await inChunks(ids, {
        size: KEYS_PER_REQUEST,
        async work(chunk) {
          const find = await readAll(chunk);
          for (const id of chunk) {
            const item = find(id);
            // One unreadable record must not hide the others.
            if (isAttempted(item) && CallbackRecordSchema.safeParse(item).success) found.set(id, recordOf(item));
          }
        },
      });
      return found;
    },

    async deliveryAttempted(ids) {
      const reported = new Set<string>();
      await inChunks(ids, {
        size: KEYS_PER_REQUEST,
        async work(chunk) {
          const find = await readAll(chunk);
          for (const id of chunk) if (isAttempted(find(id))) reported.add(id);
        },
      });
      return reported;
    },

    async add(id, attempt, state) {
      const inSpec = subject === "call" && (await append(attempt, { state, in: within(id), erases: true }));
      if (inSpec) return recordOf(inSpec.Attributes);
      if (subject === "call") await eraseWords(id, options);
      const inOwn = await append(attempt, { state, in: apart(id), erases: false });
      return recordOf(inOwn?.Attributes);
    },
  };
}
