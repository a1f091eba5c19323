import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { listedCall } from "@promptcall/core/call/application-list";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { CallStore } from "../ports/call-store.ts";
import { callFinder, queuedCallFinder } from "./find-calls.ts";
import { expiryUnfinished, keyOf } from "./items.ts";
import { progressStore } from "./progress-store.ts";
import { ifHolds, type TableOptions } from "./table.ts";
import { writeMany } from "./write-many.ts";

/** Reads and writes calls, one or many at a time. */
export function callStore(options: TableOptions): CallStore {
  const { client, tableName } = options;

  return {
    ...progressStore(options),

    async add(specs) {
      const itemOf = (spec: CallSpec) => {
        const expires_at = expiryUnfinished({ lastDialMs: Date.parse(spec.expiresAt ?? spec.acceptedAt) });
        return { ...keyOf("spec", { tid: spec.tid }), spec, expires_at, ...listedCall(spec) };
      };
      await writeMany(specs.map(itemOf), options);
    },

    async rewrite(spec) {
      const rewrite = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("spec", { tid: spec.tid }),
        ConditionExpression: "attribute_exists(pk)",
        UpdateExpression: "SET spec = :spec",
        ExpressionAttributeValues: { ":spec": spec },
      });
      await ifHolds(client.send(rewrite));
    },

    find: callFinder(options),
    findQueued: queuedCallFinder(options),
  };
}
