import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { APART_MS, nextMoment } from "@promptcall/core/carrier-room";
import type { CarrierRoom } from "../ports/carrier-room.ts";
import { documents, type TableOptions } from "./table.ts";

/** Nobody takes a moment that is over: what is left of it may go. */
const KEPT_SECONDS = 3_600;

/** How often it is looked anew, where somebody else was quicker. */
const LOOKS = 3;

/** One item for each owner says from when on the carrier is free. Whoever takes a moment moves that on, by one write. */
export function carrierRoom({ client: plainClient, tableName, clock }: TableOptions): CarrierRoom {
  const client = documents(plainClient);
  const keyOf = (owner: string) => ({ pk: `carrier#${owner}`, sk: "room" });

  async function look(owner: string): Promise<number | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(owner), ConsistentRead: true }),
    );
    return Item?.freeMs;
  }

  /** Others may have taken some meanwhile: then this takes the one after theirs, if that is still in time. */
  async function take(owner: string, { nowMs, byMs, isFree }: { nowMs: number; byMs: number; isFree: boolean }) {
    const values = { ":now": nowMs, ":expires_at": Math.ceil(nowMs / 1_000) + KEPT_SECONDS };
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
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({ TableName: tableName, Key: keyOf(owner), ReturnValues: "UPDATED_NEW", ...change }),
      );
      return Number(Attributes?.freeMs) - APART_MS;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
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
