import { once } from "node:events";
import { type RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { LocalError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import type { KeySchema, TableDeclaration, TableSettings } from "../program/declarations.ts";
import { type Throughput, Throughputs } from "../program/table-throughput.ts";
import { ignoring } from "../promises.ts";
import { countingListener } from "./server.ts";

export interface Dynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * dynalite, in memory, with tables that are there at once, and do no more in a second than a new one
 * of AWS. AWS's grow with what is asked of them; these do not.
 */
export async function startDynamo({
  throughput = LIMITS.dynamoDb.warmThroughput,
  nowMs = () => performance.now(),
}: {
  /** Of tables that declare none. */
  throughput?: Throughput;
  nowMs?: () => number;
} = {}): Promise<Dynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  const [listener] = server.listeners("request") as RequestListener[];
  if (!listener) throw new LocalError("dynalite does not listen to requests.");
  const throughputs = new Throughputs({ undeclared: throughput, nowMs });
  server.removeAllListeners("request").on("request", countingListener({ dynalite: listener, throughputs }));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async stop() {
      // Not dynalite's own close, which shuts the store under requests that are still being worked on: the store is in
      // memory and goes with the last of them.
      const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Tables {
  tables: readonly TableDeclaration[];
  client: DynamoDBClient;
}

export async function createTables({ tables, client }: Tables): Promise<void> {
  await Promise.all(
    tables.map(async (table) => {
      // There already: a run beside this one was killed, and left it.
      await createTable({ table, client }).catch(ignoring(ResourceInUseException));
      await waitUntilActive({ name: table.physicalName, client });
    }),
  );
}

const LOOK_AGAIN_MS = 5;

/** The emulator answers before the table is there, as AWS does. The SDK's own waiter looks again after a second at the earliest. */
export async function waitUntilActive({ name, client }: { name: string; client: DynamoDBClient }): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === "ACTIVE") return;
    await setTimeout(LOOK_AGAIN_MS);
  }
}

export async function deleteTables({ tables, client }: Tables): Promise<void> {
  await Promise.all(
    tables.map(({ physicalName }) =>
      client.send(new DeleteTableCommand({ TableName: physicalName })).catch(ignoring(ResourceNotFoundException)),
    ),
  );
}

async function createTable({ table, client }: { table: TableDeclaration; client: DynamoDBClient }): Promise<void> {
  const settings = await table.settings;
  await client.send(
    new CreateTableCommand({
      TableName: table.physicalName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributeDefinitions(settings),
      KeySchema: keySchema(settings.primaryIndex),
      ...(settings.warmThroughput && {
        WarmThroughput: {
          ReadUnitsPerSecond: settings.warmThroughput.readUnitsPerSecond,
          WriteUnitsPerSecond: settings.warmThroughput.writeUnitsPerSecond,
        },
      }),
      ...(settings.globalIndexes.length > 0 && {
        GlobalSecondaryIndexes: settings.globalIndexes.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index),
          Projection: projection(index.projection),
        })),
      }),
    }),
  );
}

const ATTRIBUTE_TYPES = { string: "S", number: "N", binary: "B" } as const;

function attributeDefinitions({ fields }: TableSettings): AttributeDefinition[] {
  return Object.entries(fields).map(([name, type]) => ({ AttributeName: name, AttributeType: ATTRIBUTE_TYPES[type] }));
}

function keySchema({ hashKey, rangeKey }: KeySchema) {
  return [
    { AttributeName: hashKey, KeyType: "HASH" as const },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" as const }]),
  ];
}

function projection(given: "all" | "keys-only" | string[]) {
  if (Array.isArray(given)) return { ProjectionType: "INCLUDE" as const, NonKeyAttributes: given };
  return { ProjectionType: given === "all" ? ("ALL" as const) : ("KEYS_ONLY" as const) };
}
