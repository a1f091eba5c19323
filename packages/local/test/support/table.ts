import { CreateTableCommand, type CreateTableCommandInput, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { waitUntilActive } from "../../src/table/dynamo.ts";

type Table = { TableName: string } & Pick<CreateTableCommandInput, "WarmThroughput">;

/** Makes a table whose items have one key of text, `pk`, and waits until it is there: it is answered before that. */
export async function createTable({ client, ...table }: Table & { client: DynamoDBClient }): Promise<void> {
  await client.send(
    new CreateTableCommand({
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      ...table,
    }),
  );
  await waitUntilActive({ name: table.TableName, client });
}
