import { BatchWriteCommand, type BatchWriteCommandInput, PutCommand } from "@aws-sdk/lib-dynamodb";
import { PartialFailureError } from "../errors.ts";
import { untilDone } from "../runtime/retried.ts";
import { inChunks } from "./read-many.ts";
import type { TableOptions } from "./table.ts";

/** The most items one BatchWriteItem takes. */
const ITEMS_PER_REQUEST = 25;

/** Puts items, many in a request. One alone is quicker in a request of its own. */
export async function writeMany(
  items: readonly Record<string, unknown>[],
  { client, tableName }: Pick<TableOptions, "client" | "tableName">,
): Promise<void> {
  const write = async (chunk: typeof items) => {
    const [Item, ...others] = chunk;
    if (others.length === 0)
      return await untilDone(async () => void (await client.send(new PutCommand({ TableName: tableName, Item }))));
    let pending: BatchWriteCommandInput["RequestItems"] = {
      [tableName]: chunk.map((Item) => ({ PutRequest: { Item } })),
    };
    await untilDone(async () => {
      const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: pending }));
      if (UnprocessedItems === undefined || Object.keys(UnprocessedItems).length === 0) return;
      pending = UnprocessedItems;
      throw new PartialFailureError("the table did not take every item");
    });
  };
  await inChunks(items, { size: ITEMS_PER_REQUEST, work: write });
}
