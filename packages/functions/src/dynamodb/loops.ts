import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { type Loop, LoopSchema, newLoop } from "@promptcall/core/dialing/loop";
import type { Loops } from "../ports/loops.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, parse, readItem, type TableOptions } from "./table.ts";

/** Optional fields: where the loop lacks them, they are removed from the item. */
const OPTIONAL = [
  "claimedBy",
  "dueMs",
  "sentAgain",
  "paceChangedAtMs",
  "refusedAtMs",
  "refusals",
] as const satisfies (keyof Loop)[];

/**
 * Stores the loop of an owner as one item. A write replaces everything except the arrivals, which others may count up
 * meanwhile.
 */
export function loopStore(options: TableOptions): Loops {
  const { client, tableName } = options;

  async function update(owner: string, change: Omit<UpdateCommandInput, "TableName" | "Key">): Promise<boolean> {
    const Key = keyOf("loop", { owner });
    return await isWritten(client.send(new UpdateCommand({ TableName: tableName, Key, ...change })));
  }

  return {
    async read(owner) {
      const item = await readItem(keyOf("loop", { owner }), options);
      return item === undefined ? newLoop() : parse(item, LoopSchema);
    },

    async write(owner, { seen, next, arrives = false, overArrivals = false }) {
      const { arrivals: _counted, ...written } = next;
      const fields = { ...written, expires_at: expiryOf("loop", options) };
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      const absent = OPTIONAL.filter((name) => next[name] === undefined);
      const sets = given.map(([name]) => `#${name} = :${name}`).join(", ");
      const removes = absent.map((name) => `#${name}`).join(", ");
      const isFirst = seen.version === 0 ? "attribute_not_exists(pk) OR " : "";
      const isSame = `#version = :seenVersion${overArrivals ? " AND arrivals = :seenArrivals" : ""}`;
      return await update(owner, {
        UpdateExpression: `SET ${sets}${removes && ` REMOVE ${removes}`} ADD arrivals :arriving`,
        ConditionExpression: `${isFirst}(${isSame})`,
        ExpressionAttributeNames: Object.fromEntries(
          [...given.map(([name]) => name), ...absent].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: {
          ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
          ":arriving": arrives ? 1 : 0,
          ":seenVersion": seen.version,
          ...(overArrivals && { ":seenArrivals": seen.arrivals }),
        },
      });
    },

    async arrive(owner, dueByMs) {
      return await update(owner, {
        UpdateExpression: "ADD arrivals :one",
        ConditionExpression: "dueMs <= :dueByMs",
        ExpressionAttributeValues: { ":one": 1, ":dueByMs": dueByMs },
      });
    },
  };
}
