import { CreateTableCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { createTables } from "../src/table/dynamo.ts";

const settings = { fields: { pk: "string" as const }, primaryIndex: { hashKey: "pk" }, globalIndexes: [] };

it("a table is there when it has been created: nobody is answered so while it is still being created", async () => {
  const emulator = mockClient(DynamoDBClient);
  emulator.on(CreateTableCommand).resolves({ TableDescription: { TableStatus: "CREATING" } });
  emulator
    .on(DescribeTableCommand)
    .resolvesOnce({ Table: { TableStatus: "CREATING" } })
    .resolvesOnce({ Table: { TableStatus: "CREATING" } })
    .resolves({ Table: { TableStatus: "ACTIVE" } });
  const table = { name: "Calls", physicalName: "calls", settings: Promise.resolve(settings as never) };
  await createTables({ tables: [table], client: new DynamoDBClient({ region: "us-east-1" }) });
  expect(emulator.commandCalls(DescribeTableCommand).map(({ args: [{ input }] }) => input)).toEqual(
    new Array(3).fill({ TableName: "calls" }),
  );
});
