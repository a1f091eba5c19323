import { BatchGetCommand, type BatchGetCommandInput, type DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { PartialFailureError } from "../errors.ts";
import { untilDone } from "../runtime/retried.ts";
import type { Key } from "./items.ts";
import { readItem } from "./table.ts";

/** The most keys one BatchGetItem takes, and how many requests run at once. */
const KEYS_PER_REQUEST = 100;
const REQUESTS_AT_ONCE = 16;

/** Works through the items in chunks of one request's size. */
export async function inChunks<Item>(
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

/**
 * Finds those of the items that there are, by key, in as many requests as that takes. BatchGetItem refuses a key that is
 * named twice, and a call may wait in two places:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html. An eventually consistent read may
 * miss the latest write. One alone is quicker in a request of its own.
 */
export async function readMany(
  keys: readonly Key[],
  { client, tableName, isConsistent }: { client: DynamoDBDocumentClient; tableName: string; isConsistent: boolean },
): Promise<(key: Key) => Record<string, unknown> | undefined> {
  const found = new Map<string, Record<string, unknown>>();
  const distinct = new Map(keys.map((key) => [nameOf(key), key]));
  async function work(Keys: readonly Key[]): Promise<void> {
    const [only, ...others] = Keys;
    if (only !== undefined && others.length === 0)
      return await untilDone(async () => {
        const item = await readItem(only, { client, tableName, isConsistent });
        if (item !== undefined) found.set(nameOf(only), item);
      });
    let pending: BatchGetCommandInput["RequestItems"] = {
      [tableName]: { Keys: [...Keys], ConsistentRead: isConsistent },
    };
    await untilDone(async () => {
      const { Responses, UnprocessedKeys } = await client.send(new BatchGetCommand({ RequestItems: pending }));
      for (const item of Responses?.[tableName] ?? []) found.set(nameOf(item as Record<string, unknown> & Key), item);
      if (UnprocessedKeys === undefined || Object.keys(UnprocessedKeys).length === 0) return;
      pending = UnprocessedKeys;
      throw new PartialFailureError("the table did not read every item");
    });
  }
  await inChunks([...distinct.values()], { size: KEYS_PER_REQUEST, work });
  return (key) => found.get(nameOf(key));
}

function nameOf({ pk, sk }: Key): string {
  return `${pk} ${sk}`;
}
