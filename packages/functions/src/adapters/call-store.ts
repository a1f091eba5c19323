import { BatchWriteCommand, type BatchWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/evolve";
import type { CallSpec } from "@promptcall/core/records/spec";
import { SpecRecordSchema } from "@promptcall/core/records/spec";
import { StateRecordSchema } from "@promptcall/core/records/state";
import { PartialFailureError } from "../errors.ts";
import type { CallStore, Stored } from "../ports/call-store.ts";
import { inChunks, KEYS_PER_REQUEST, readMany } from "./read-many.ts";
import { untilDone } from "./retried.ts";
import { documents, expiry, keyOf, parse, progressStore, type TableOptions } from "./table.ts";

/** The most items one BatchWriteItem takes. */
const ITEMS_PER_REQUEST = 25;

/** Calls one by one, and many at a time. */
export function callStore(options: TableOptions): CallStore {
  const { tableName } = options;
  const client = documents(options.client);

  async function write(items: readonly Record<string, unknown>[]): Promise<void> {
    let pending: BatchWriteCommandInput["RequestItems"] = {
      [tableName]: items.map((Item) => ({ PutRequest: { Item } })),
    };
    await untilDone(async () => {
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: pending }));
      if (UnprocessedItems === undefined || Object.keys(UnprocessedItems).length === 0) return;
      pending = UnprocessedItems;
      throw new PartialFailureError("the table did not take every item");
    });
  }

  return {
    ...progressStore(options),

    async add(specs) {
      const expires_at = expiry(options);
      await inChunks(specs, {
        size: ITEMS_PER_REQUEST,
        work: (chunk) => write(chunk.map((spec) => ({ ...keyOf(spec.tid, "spec"), spec, expires_at }))),
      });
    },

    async find(tids) {
      const found = new Map<string, { spec: CallSpec; stored: Stored }>();
      await inChunks(tids, {
        size: KEYS_PER_REQUEST / 2,
        async work(chunk) {
          const keys = chunk.flatMap((tid) => [keyOf(tid, "spec"), keyOf(tid, "state")]);
          const items = await readMany(keys, { client, tableName, isConsistent: true });
          for (const tid of chunk) {
            const [asked, state] = ["spec", "state"].map((sk) => items.get(`call#${tid} ${sk}`));
            if (asked === undefined) continue;
            try {
              const { spec } = parse(asked, SpecRecordSchema);
              const stored = state === undefined ? { call: accept(spec), version: 1 } : parse(state, StateRecordSchema);
              found.set(tid, { spec, stored });
            } catch (error) {
              // One that cannot be read must not keep the others from whoever asks for many.
              if (tids.length === 1) throw error;
            }
          }
        },
      });
      return found;
    },
  };
}
