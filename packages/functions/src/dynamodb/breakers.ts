import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { BreakerPolicy } from "@promptcall/core/contracts/settings/breaker";
import { hasFallen, weightOf } from "@promptcall/core/guard/breaker";
import { hourOf } from "@promptcall/core/guard/counting";
import type { Breakers } from "../ports/breakers.ts";
import { expiryOf, type Key, keyOf } from "./items.ts";
import { readMany } from "./read-many.ts";
import { ifHolds, isWritten, readItem, type TableOptions } from "./table.ts";

/** How often it is looked anew, where somebody else was quicker to begin an hour. */
const LOOKS = 3;

const NOT_SUSPENDED = "(attribute_not_exists(suspendedUntilMs) OR suspendedUntilMs <= :now)";

/** One item for each route: the counts of this hour, and until when it is suspended. A call that counts is one write. */
export function breakerStore({ policy, ...options }: TableOptions & { policy: BreakerPolicy }): Breakers {
  const { client, tableName, clock } = options;

  async function update(
    Key: Key,
    change: { does: string; where: string; values: Record<string, unknown> },
  ): Promise<Record<string, unknown> | undefined> {
    const command = new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: change.does,
      ConditionExpression: change.where,
      ExpressionAttributeNames: { "#hour": "hour" },
      ExpressionAttributeValues: { ":expires_at": expiryOf("breaker", options), ...change.values },
      ReturnValues: "ALL_NEW",
    });
    const answer = await ifHolds(client.send(command));
    return answer && (answer.Attributes ?? {});
  }

  /** All counts begin anew: when it is open again, the route has its chance. */
  async function suspend(Key: Key, nowMs: number): Promise<number | undefined> {
    const untilMs = nowMs + policy.openSeconds * 1_000;
    const values = { ":until": untilMs, ":none": 0, ":now": nowMs, ":expires_at": expiryOf("breaker", options) };
    const command = new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: "SET suspendedUntilMs = :until, calls = :none, completed = :none, expires_at = :expires_at",
      ConditionExpression: NOT_SUSPENDED,
      ExpressionAttributeValues: values,
    });
    return (await isWritten(client.send(command))) ? untilMs : undefined;
  }

  return {
    async suspendedUntil(applicationId, destinations) {
      const suspended = new Map<string, number>();
      const nowMs = clock.now().getTime();
      const keyOfOne = (destination: string) => keyOf("breaker", { applicationId, destination });
      const find = await readMany(destinations.map(keyOfOne), { client, tableName, isConsistent: false });
      for (const destination of destinations) {
        const untilMs = Number(find(keyOfOne(destination))?.suspendedUntilMs ?? 0);
        if (untilMs > nowMs) suspended.set(destination, untilMs);
      }
      return suspended;
    },

    async count({ tid, applicationId, destination, isCompleted }) {
      const weight = weightOf({ tid, isCompleted }, policy);
      if (weight === 0) return undefined;
      const Key = keyOf("breaker", { applicationId, destination });
      for (let looks = 1; looks <= LOOKS; looks += 1) {
        const nowMs = clock.now().getTime();
        const hour = hourOf(nowMs).name;
        const call = { ":hour": hour, ":calls": weight, ":completed": isCompleted ? weight : 0 };
        const counted = await update(Key, {
          does: "SET #hour = :hour, expires_at = :expires_at ADD calls :calls, completed :completed",
          // The first call of a route is one write, too: only an hour that is over has to be looked at.
          where: `(attribute_not_exists(pk) OR #hour = :hour) AND ${NOT_SUSPENDED}`,
          values: { ...call, ":now": nowMs },
        });
        const item = counted ?? (await readItem(Key, options)) ?? {};
        // What was dialed before the route was suspended says nothing of how it is when it is open again.
        if (Number(item.suspendedUntilMs ?? 0) > nowMs) return undefined;
        const begun =
          counted ??
          (await update(Key, {
            does: "SET #hour = :hour, calls = :calls, completed = :completed, expires_at = :expires_at",
            where: "attribute_not_exists(#hour) OR #hour < :hour",
            values: call,
          }));
        if (begun === undefined) continue;
        const tally = { calls: Number(begun.calls), completed: Number(begun.completed) };
        return hasFallen(tally, policy) ? await suspend(Key, nowMs) : undefined;
      }
      return undefined;
    },
  };
}
