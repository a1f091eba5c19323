import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { ITEMS } from "@promptcall/functions/dynamodb/items";
import { stageConfig } from "../../stacks/config.ts";
import { sum } from "./sum.ts";

const { retentionDays } = stageConfig("production").settings;
const RETENTION_SECONDS = retentionDays * 24 * 3_600;

/** What DynamoDB bills in addition for each item. */
const ITEM_OVERHEAD_BYTES = 100;

const kinds = Object.values(ITEMS).map(({ pk, sk, kept }) => ({ pk: patternOf(pk), sk: patternOf(sk), kept }));

function patternOf(key: string): RegExp {
  return new RegExp(`^${key.replace(/<\w+>/g, ".+")}$`);
}

/** What calls have left in the table. */
export async function keptBytesIn({ client, tableName }: { client: DynamoDBClient; tableName: string }) {
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName: tableName }))
    for (const item of Items)
      bytes += keptBytesOf({ pk: item.pk?.S ?? "", sk: item.sk?.S ?? "", bytes: bytesOf(item) });
  return bytes;
}

/**
 * What an item takes of the table, as if it were kept as long as a call is. Counts go within hours. What is known of an
 * application is there whether it calls or not.
 */
function keptBytesOf({ pk, sk, bytes }: { pk: string; sk: string; bytes: number }): number {
  const kept = kinds.find((kind) => kind.pk.test(pk) && kind.sk.test(sk))?.kept;
  if (kept === undefined) throw new RangeError(`there is no kind of item with the keys ${pk} and ${sk}`);
  const whole = bytes + ITEM_OVERHEAD_BYTES;
  if (kept === "retentionDays") return whole;
  if ("seconds" in kept) return whole * Math.min(1, kept.seconds / RETENTION_SECONDS);
  return 0;
}

/** As DynamoDB counts: names, texts in UTF-8, numbers by their digits, and 3 bytes for each list and map. */
function bytesOf(item: Readonly<Record<string, AttributeValue>>): number {
  return sum(Object.entries(item).map(([name, value]) => Buffer.byteLength(name) + valueBytes(value)));
}

function valueBytes({ S, N, M, L }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.replace(/\D/g, "").length / 2) + 1;
  if (M !== undefined) return 3 + Object.keys(M).length + bytesOf(M);
  if (L !== undefined) return 3 + sum(L.map((entry) => 1 + valueBytes(entry)));
  return 1;
}
