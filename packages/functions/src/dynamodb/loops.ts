import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Priority } from "@promptcall/core/contracts/priority";
import { type Loop, LoopSchema, newLoop } from "@promptcall/core/dialing/loop";
import { ARRIVALS, countsOfArrival } from "@promptcall/core/dialing/waiting-counts";
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
  "departuresHigh",
  "departuresLow",
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

    async write(owner, { seen, next, arrives, overArrivals = false }) {
      const fields = { ...next, expires_at: expiryOf("loop", options) };
      const given = Object.entries(fields).filter(([name, value]) => value !== undefined && !isCounted(name));
      const absent = OPTIONAL.filter((name) => next[name] === undefined);
      const sets = given.map(([name]) => `#${name} = :${name}`).join(", ");
      const removes = absent.map((name) => `#${name}`).join(", ");
      const isFirst = seen.version === 0 ? "attribute_not_exists(pk) OR " : "";
      const isSame = `#version = :seenVersion${overArrivals ? " AND arrivals = :seenArrivals" : ""}`;
      return await update(owner, {
        UpdateExpression: `SET ${sets}${removes && ` REMOVE ${removes}`} ${arrivalOf(arrives)}`,
        ConditionExpression: `${isFirst}(${isSame})`,
        ExpressionAttributeNames: Object.fromEntries(
          [...given.map(([name]) => name), ...absent].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: {
          ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
          ":arriving": arrives === undefined ? 0 : 1,
          ":seenVersion": seen.version,
          ...(overArrivals && { ":seenArrivals": seen.arrivals }),
        },
      });
    },

    async arrive(owner, { dueByMs, priority }) {
      return await update(owner, {
        UpdateExpression: arrivalOf(priority),
        ConditionExpression: "dueMs <= :dueByMs",
        ExpressionAttributeValues: { ":arriving": 1, ":dueByMs": dueByMs },
      });
    },
  };
}

function isCounted(name: string): boolean {
  return ARRIVALS.some((count) => count === name);
}

/** Counts an arrival; where there is none, the count of all is there nonetheless. */
function arrivalOf(priority: Priority = "normal"): string {
  const counts = countsOfArrival(priority).map((count) => `${count} :arriving`);
  return `ADD ${counts.join(", ")}`;
}
