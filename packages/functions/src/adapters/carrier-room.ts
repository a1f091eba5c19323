import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { APART_MS, nextMoment } from "@promptcall/core/carrier-room";
import type { CarrierRoom } from "../ports/carrier-room.ts";
import { expiryOf, keyOf } from "./items.ts";
import { ifHolds, readItem, type TableOptions } from "./table.ts";

/** How often it is looked anew, where somebody else was quicker. */
const LOOKS = 3;

/** One item for each owner says from when on the carrier is free. Whoever takes a moment moves that on, by one write. */
export function carrierRoom(options: TableOptions): CarrierRoom {
  const { client, tableName, clock } = options;

  async function look(owner: string): Promise<number | undefined> {
    const item = await readItem(keyOf("carrierRoom", { owner }), options);
    return item && Number(item.freeMs);
  }

  /** Others may have taken some meanwhile: then this takes the one after theirs, if that is still in time. */
  async function take(owner: string, { nowMs, byMs, isFree }: { nowMs: number; byMs: number; isFree: boolean }) {
    const values = { ":now": nowMs, ":expires_at": expiryOf("carrierRoom", options) };
    const change = isFree
      ? {
          UpdateExpression: "SET freeMs = :free, expires_at = :expires_at",
          ConditionExpression: "attribute_not_exists(freeMs) OR freeMs <= :now",
          ExpressionAttributeValues: { ...values, ":free": nowMs + APART_MS },
        }
      : {
          UpdateExpression: "SET freeMs = freeMs + :apart, expires_at = :expires_at",
          ConditionExpression: "freeMs BETWEEN :now AND :by",
          ExpressionAttributeValues: { ...values, ":apart": APART_MS, ":by": byMs },
        };
    const Key = keyOf("carrierRoom", { owner });
    const update = new UpdateCommand({ TableName: tableName, Key, ReturnValues: "UPDATED_NEW", ...change });
    const answer = await ifHolds(client.send(update));
    return answer && Number(answer.Attributes?.freeMs) - APART_MS;
  }

  return {
    async take(owner, byMs) {
      for (let looks = 1; looks <= LOOKS; looks += 1) {
        const freeMs = await look(owner);
        const nowMs = clock.now().getTime();
        if (nextMoment({ freeMs, nowMs, byMs }) === undefined) return undefined;
        const taken = await take(owner, { nowMs, byMs, isFree: (freeMs ?? 0) <= nowMs });
        if (taken !== undefined) return taken;
      }
      return undefined;
    },
  };
}
