import { once } from "node:events";
import { Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AttributeDefinition,
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import type { KeySchema, TableDeclaration, TableSettings } from "./declarations.ts";
import { ignoring } from "./settle.ts";

export interface Dynamo {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** dynalite, in memory, with tables that are there as soon as they are asked for. */
export async function startDynamo(): Promise<Dynamo> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
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
    tables.map((table) =>
      // There already: a run beside this one was killed, and left it.
      createTable({ table, client }).catch(ignoring(ResourceInUseException)),
    ),
  );
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
