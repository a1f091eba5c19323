import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { nextSlot, REQUEST_GAP_MS } from "@promptcall/core/dialing/carrier-rate";
import type { CarrierRate } from "../ports/carrier-rate.ts";
import { expiryOf, keyOf } from "./items.ts";
import { ifHolds, readItem, type TableOptions } from "./table.ts";

/** How often a slot is tried again after losing one to somebody else. */
const ACQUIRE_TRIES = 3;

/** Keeps one item per owner with the next free slot. Reserving a slot moves it on by one conditional write. */
export function carrierRateStore(options: TableOptions): CarrierRate {
  const { client, tableName, clock } = options;

  async function readFreeTime(owner: string): Promise<number | undefined> {
    const item = await readItem(keyOf("carrierRate", { owner }), options);
    return item && Number(item.freeMs);
  }

  /** Reserves the slot after those that others reserved meanwhile, if it is still in time. */
  async function take(owner: string, { nowMs, byMs, isFree }: { nowMs: number; byMs: number; isFree: boolean }) {
    const values = { ":now": nowMs, ":expires_at": expiryOf("carrierRate", options) };
    const change = isFree
      ? {
          UpdateExpression: "SET freeMs = :free, expires_at = :expires_at",
          ConditionExpression: "attribute_not_exists(freeMs) OR freeMs <= :now",
          ExpressionAttributeValues: { ...values, ":free": nowMs + REQUEST_GAP_MS },
        }
      : {
          UpdateExpression: "SET freeMs = freeMs + :apart, expires_at = :expires_at",
          ConditionExpression: "freeMs BETWEEN :now AND :by",
          ExpressionAttributeValues: { ...values, ":apart": REQUEST_GAP_MS, ":by": byMs },
        };
    const Key = keyOf("carrierRate", { owner });
    const update = new UpdateCommand({ TableName: tableName, Key, ReturnValues: "UPDATED_NEW", ...change });
    const answer = await ifHolds(client.send(update));
    return answer && Number(answer.Attributes?.freeMs) - REQUEST_GAP_MS;
  }

  return {
    async reserve(owner, byMs) {
      for (let looks = 1; looks <= ACQUIRE_TRIES; looks += 1) {
        const freeMs = await readFreeTime(owner);
        const nowMs = clock.now().getTime();
        if (nextSlot({ freeMs, nowMs, byMs }) === undefined) return undefined;
        const taken = await take(owner, { nowMs, byMs, isFree: (freeMs ?? 0) <= nowMs });
        if (taken !== undefined) return taken;
      }
      return undefined;
    },
  };
}
