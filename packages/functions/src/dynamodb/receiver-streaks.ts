import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { ReceiverStreaks, Streak } from "../ports/receiver-streaks.ts";
import { expiryOf, keyOf } from "./items.ts";
import { ifHolds, isWritten, readItem, type TableOptions } from "./table.ts";

/** One item for each receiver whose last delivery has failed. A delivery to any other is half a read. */
export function receiverStreakStore(options: TableOptions): ReceiverStreaks {
  const { client, tableName } = options;
  const keyOfOne = (receiver: string) => keyOf("streak", { receiver });

  function update(receiver: string, change: { does: string; where?: string; values?: Record<string, unknown> }) {
    return new UpdateCommand({
      TableName: tableName,
      Key: keyOfOne(receiver),
      UpdateExpression: change.does,
      ...(change.where !== undefined && { ConditionExpression: change.where }),
      ...(change.values !== undefined && { ExpressionAttributeValues: change.values }),
      ReturnValues: change.does.startsWith("REMOVE") ? "ALL_OLD" : "ALL_NEW",
    });
  }

  return {
    async failed(receiver, { at, publishFrom }) {
      const counting = update(receiver, {
        does: "SET since = if_not_exists(since, :at), expires_at = :expires_at ADD failures :one",
        values: { ":at": at, ":one": 1, ":expires_at": expiryOf("streak", options) },
      });
      const { Attributes = {} } = await client.send(counting);
      if (Number(Attributes.failures) < publishFrom || Attributes.toldAt !== undefined) return undefined;
      const telling = update(receiver, {
        does: "SET toldAt = :at",
        where: "attribute_not_exists(toldAt) AND failures >= :from",
        values: { ":at": at, ":from": publishFrom },
      });
      return streakOf(await ifHolds(client.send(telling)));
    },

    async succeeded(receiver) {
      const item = await readItem(keyOfOne(receiver), { ...options, isConsistent: false });
      if (item?.failures === undefined) return undefined;
      const ending = update(receiver, { does: "REMOVE failures, since, toldAt", where: "attribute_exists(failures)" });
      const ended = await ifHolds(client.send(ending));
      return ended?.Attributes?.toldAt === undefined ? undefined : streakOf(ended);
    },

    async publishFailed(receiver, { streak: { failures, since }, of }) {
      const change =
        of === "failing"
          ? { does: "REMOVE toldAt", where: "attribute_exists(toldAt)" }
          : {
              does: "SET failures = :failures, since = :since, toldAt = :since",
              where: "attribute_not_exists(failures)",
              values: { ":failures": failures, ":since": since },
            };
      await isWritten(client.send(update(receiver, change)));
    },
  };
}

function streakOf(answer: { Attributes?: Record<string, unknown> | undefined } | undefined): Streak | undefined {
  const { failures, since } = answer?.Attributes ?? {};
  return typeof failures === "number" && typeof since === "string" ? { failures, since } : undefined;
}

/**
 * How long a receiver of which nothing has failed is not looked at again: one that begins to fail meanwhile has its
 * streak counted all the same.
 */
const WELL_FOR_MS = 1_000;

/** More than one process sends to in that time. */
const MOST_WELL = 1_000;

/** Looks at a receiver that is well once in a second, however many deliveries it takes. */
export function rememberedStreaks(streaks: ReceiverStreaks, { clock }: Pick<TableOptions, "clock">): ReceiverStreaks {
  const wellAtMs = new Map<string, number>();
  return {
    failed(receiver, given) {
      wellAtMs.delete(receiver);
      return streaks.failed(receiver, given);
    },
    async succeeded(receiver) {
      const nowMs = clock.now().getTime();
      if (nowMs - (wellAtMs.get(receiver) ?? Number.NEGATIVE_INFINITY) < WELL_FOR_MS) return undefined;
      const ended = await streaks.succeeded(receiver);
      if (wellAtMs.size >= MOST_WELL) wellAtMs.clear();
      wellAtMs.set(receiver, nowMs);
      return ended;
    },
    publishFailed(receiver, failed) {
      wellAtMs.delete(receiver);
      return streaks.publishFailed(receiver, failed);
    },
  };
}
