import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LocalGraph } from "@promptcall/local/program/graph";
import { createTables, startDynamo } from "@promptcall/local/table/dynamo";

const UNLIMITED = { readUnitsPerSecond: Number.MAX_SAFE_INTEGER, writeUnitsPerSecond: Number.MAX_SAFE_INTEGER };

/** The table of the stacks on an emulator, which takes whatever is asked of it. */
export async function emulatedTable({ graph, tableName }: { graph: LocalGraph; tableName: string }) {
  const dynamo = await startDynamo({ throughput: UNLIMITED });
  const { endpoint } = dynamo;
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamoDb = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  const tables = graph.tables.map(({ name, ...table }) => ({
    ...{ name, physicalName: tableName, settings: Promise.resolve({ ...table, warmThroughput: undefined }) },
  }));
  await createTables({ tables, client: dynamoDb });
  return {
    ...{ endpoint, dynamoDb, tableName },
    async stop(): Promise<void> {
      dynamoDb.destroy();
      await dynamo.stop();
    },
  };
}
