import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ownerOf } from "@promptcall/core/contracts/ids";
import { ApplicationRecordSchema } from "@promptcall/core/contracts/records/application";
import type { Owners } from "../ports/owners.ts";
import { keyOf } from "./items.ts";
import { parse, readItem, type TableOptions } from "./table.ts";

/** Applications of one account share its loop. */
export function ownerStore(options: TableOptions): Owners {
  const { client, tableName } = options;
  return {
    async ownerOf(applicationId) {
      // Read as it is now: who goes by what it was lets a call wait in a loop that is not the application's any more.
      const item = await readItem(keyOf("application", { applicationId }), options);
      const { account } = item === undefined ? {} : parse(item, ApplicationRecordSchema);
      return ownerOf({ applicationId, account });
    },
    async setAccount({ applicationId, account }) {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf("application", { applicationId }),
          UpdateExpression: "SET account = :account",
          ExpressionAttributeValues: { ":account": account },
        }),
      );
    },
  };
}
