import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import type * as z from "zod/mini";
import { MalformedRecordError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Key } from "./items.ts";

export interface TableOptions {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  readonly retentionDays: number;
  readonly clock: Clock;
}

/** Absent fields are left out: the document client would turn them into errors, and we have many optional ones. */
export function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** As it was written last; where that need not be so, at half the price. */
export async function readItem(
  Key: Key,
  { client, tableName, isConsistent = true }: Pick<TableOptions, "client" | "tableName"> & { isConsistent?: boolean },
): Promise<Record<string, unknown> | undefined> {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: isConsistent }));
  return Item;
}

/** Parsed, because another version of this code may have written it. */
export function parse<Content>(item: Record<string, unknown>, schema: z.ZodMiniType<Content>): Content {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map((issue) => issue.path.join(".")));
  throw new MalformedRecordError(`${item.pk} ${item.sk} has another form than expected: ${[...fields].join(", ")}`);
}

/** What a write answers; undefined when its condition does not hold. */
export async function ifHolds<Output>(write: Promise<Output>): Promise<Output | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

export async function isWritten(write: Promise<object>): Promise<boolean> {
  return (await ifHolds(write)) !== undefined;
}
