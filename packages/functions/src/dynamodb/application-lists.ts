import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { listOfApplication } from "@promptcall/core/call/application-list";
import type { ApplicationLists } from "../ports/application-lists.ts";
import { INDEX } from "./lists.ts";
import type { TableOptions } from "./table.ts";

/** An entry has nothing but keys, about 150 bytes: 200 of them are four read units. */
export function applicationListStore({ client, tableName }: TableOptions): ApplicationLists {
  return {
    async newest({ applicationId, of, before, most }) {
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: tableName,
          IndexName: INDEX,
          KeyConditionExpression: "#list = :list AND #at < :before",
          ExpressionAttributeNames: { "#list": "list", "#at": "at" },
          ExpressionAttributeValues: { ":list": listOfApplication({ applicationId, of }), ":before": before },
          ScanIndexForward: false,
          Limit: most,
        }),
      );
      return Items.map(({ at }) => String(at));
    },
  };
}
