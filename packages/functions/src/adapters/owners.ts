import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ownerOf } from "@promptcall/core/ids";
import { ApplicationRecordSchema } from "@promptcall/core/records/application";
import type { Owners } from "../ports/owners.ts";
import { documents, parse, type TableOptions } from "./table.ts";

/** An application that names an account shares its loop with the others of it. */
export function ownerStore({ client: plainClient, tableName }: TableOptions): Owners {
  const client = documents(plainClient);
  const keyOf = (applicationId: string) => ({ pk: `application#${applicationId}`, sk: "application" });
  return {
    async ownerOf(applicationId) {
      // Read as it is now: who goes by what it was lets a call wait in a loop that is not the application's any more.
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOf(applicationId), ConsistentRead: true }),
      );
      const { account } = Item === undefined ? {} : parse(Item, ApplicationRecordSchema);
      return ownerOf({ applicationId, account });
    },
    async setAccount({ applicationId, account }) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(applicationId),
          UpdateExpression: "SET account = :account",
          ExpressionAttributeValues: { ":account": account },
        }),
      );
    },
  };
}
