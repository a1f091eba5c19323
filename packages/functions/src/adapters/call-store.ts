import {
  BatchGetCommand,
  type BatchGetCommandInput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/evolve";
import { SpecRecordSchema, StateRecordSchema } from "@promptcall/core/records";
import type { CallSpec } from "@promptcall/core/spec";
import { PartialFailureError } from "../errors.ts";
import type { CallStore, Stored } from "../ports.ts";
import { retried } from "./retried.ts";
import { documents, expiry, keyOf, parse, progressStore, type TableOptions } from "./table.ts";

/** The most items one BatchWriteItem takes, and how many requests are under way for one list of calls. */
const ITEMS_PER_REQUEST = 25;
const KEYS_PER_REQUEST = 100;
const REQUESTS_AT_ONCE = 16;

/** Some at a time, as many as one request takes. */
async function inChunks<Item>(
  items: readonly Item[],
  { size, work }: { size: number; work: (chunk: readonly Item[]) => Promise<void> },
): Promise<void> {
  const chunks = Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
  const [only, ...others] = chunks;
  if (only === undefined) return;
  if (others.length === 0) return await work(only);
  const { default: pMap } = await import("p-map");
  await pMap(chunks, work, { concurrency: REQUESTS_AT_ONCE });
}

/** Calls one by one, and many at a time. */
export function callStore(options: TableOptions): CallStore {
  const { tableName } = options;
  const client = documents(options.client);

  async function readAll(keys: readonly { pk: string; sk: string }[]) {
    const found = new Map<string, Record<string, unknown>>();
    let pending: BatchGetCommandInput["RequestItems"] = { [tableName]: { Keys: [...keys], ConsistentRead: true } };
    await retried(
      async () => {
        const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: pending }));
        for (const item of Responses?.[tableName] ?? []) found.set(`${item.pk} ${item.sk}`, item);
        if (UnprocessedKeys === undefined || Object.keys(UnprocessedKeys).length === 0) return;
        pending = UnprocessedKeys;
        throw new PartialFailureError("the table did not read every item");
      },
      { retries: 4, minTimeout: 50, randomize: true },
    );
    return found;
  }

  async function write(items: readonly Record<string, unknown>[]): Promise<void> {
    let pending: BatchWriteCommandInput["RequestItems"] = {
      [tableName]: items.map((Item) => ({ PutRequest: { Item } })),
    };
    await retried(
      async () => {
        const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: pending }));
        if (UnprocessedItems === undefined || Object.keys(UnprocessedItems).length === 0) return;
        pending = UnprocessedItems;
        throw new PartialFailureError("the table did not take every item");
      },
      { retries: 4, minTimeout: 50, randomize: true },
    );
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
          const items = await readAll(chunk.flatMap((tid) => [keyOf(tid, "spec"), keyOf(tid, "state")]));
          for (const tid of chunk) {
            const [asked, state] = ["spec", "state"].map((sk) => items.get(`call#${tid} ${sk}`));
            if (asked === undefined) continue;
            const { spec } = parse(asked, SpecRecordSchema);
            const stored = state === undefined ? { call: accept(spec), version: 1 } : parse(state, StateRecordSchema);
            found.set(tid, { spec, stored });
          }
        },
      });
      return found;
    },
  };
}
