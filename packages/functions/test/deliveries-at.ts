import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { callbackStore } from "../src/dynamodb/callback-store.ts";
import { documents } from "../src/dynamodb/table.ts";
import type { CallbackStore } from "../src/ports/callback-store.ts";

/** The record of deliveries in a table that runs on this machine. */
export function deliveriesAt({ endpoint, tableName }: { endpoint: string; tableName: string }): CallbackStore {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = documents(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  return callbackStore({ client, tableName, retentionDays: 1, clock: { now: () => new Date() } });
}
