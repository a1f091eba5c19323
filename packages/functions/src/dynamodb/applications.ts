import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { ApplicationRecordSchema } from "@promptcall/core/contracts/records/application";
import type { Applications } from "../ports/applications.ts";
import { keyOf } from "./items.ts";
import { isWritten, parse, readItem, type TableOptions } from "./table.ts";

const FIELDS = Object.keys(ApplicationRecordSchema.shape) as (keyof typeof ApplicationRecordSchema.shape)[];

/** Everything that is said of an application is one item. A write changes the fields that this version knows, and no others. */
export function applicationStore(options: TableOptions): Applications {
  const { client, tableName } = options;
  return {
    async read(applicationId, { mayBeBehind = false } = {}) {
      // As a rule as it is now: who goes by what it was lets a call wait in a loop that is not the application's any more.
      const item = await readItem(keyOf("application", { applicationId }), { ...options, isConsistent: !mayBeBehind });
      return item === undefined ? {} : parse(item, ApplicationRecordSchema);
    },

    async write(applicationId, { seen, next }) {
      const written = { ...next, revision: (seen.revision ?? 0) + 1 };
      const sets = FIELDS.filter((name) => written[name] !== undefined);
      const removes = FIELDS.filter((name) => written[name] === undefined);
      const isUnchanged = seen.revision === undefined ? "attribute_not_exists(#revision)" : "#revision = :seen";
      const change = [
        `SET ${sets.map((name) => `#${name} = :${name}`).join(", ")}`,
        ...(removes.length > 0 ? [`REMOVE ${removes.map((name) => `#${name}`).join(", ")}`] : []),
      ];
      return await isWritten(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf("application", { applicationId }),
            UpdateExpression: change.join(" "),
            ConditionExpression: isUnchanged,
            ExpressionAttributeNames: Object.fromEntries(FIELDS.map((name) => [`#${name}`, name])),
            ExpressionAttributeValues: {
              ...Object.fromEntries(sets.map((name) => [`:${name}`, written[name]])),
              ...(seen.revision !== undefined && { ":seen": seen.revision }),
            },
          }),
        ),
      );
    },
  };
}
