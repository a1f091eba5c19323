import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { admit, type Taken } from "@promptcall/core/receiver-places";
import type { Receivers, Visit } from "../ports/receivers.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

interface Held {
  readonly place: string;
  readonly sinceMs: number;
}

/** How often a place that somebody else was quicker to take is looked for anew. */
const LOOKS = 3;

/** The places of each receiver, in one item of the table: taken under a condition, so that no place is taken twice. */
export function receivers(options: TableOptions): Receivers {
  const { client, tableName, clock } = options;

  async function look(receiver: string, { isConsistent }: { isConsistent: boolean }) {
    const item = await readItem(keyOf("receiver", { receiver }), { ...options, isConsistent });
    // Written by `take` alone.
    const taken = (item ?? {}) as Taken;
    const nowMs = clock.now().getTime();
    return { taken, nowMs, admission: admit({ taken, nowMs }) };
  }

  async function take(receiver: string, place: string, { since, nowMs }: { since: number | undefined; nowMs: number }) {
    const unchanged = since === undefined ? "attribute_not_exists(#place)" : "#place = :since";
    const update = new UpdateCommand({
      TableName: tableName,
      Key: keyOf("receiver", { receiver }),
      UpdateExpression: "SET #place = :now, expires_at = :expires_at",
      ConditionExpression: unchanged,
      ExpressionAttributeNames: { "#place": place },
      ExpressionAttributeValues: {
        ":now": nowMs,
        ":expires_at": expiryOf("receiver", options),
        ...(since !== undefined && { ":since": since }),
      },
    });
    return await isWritten(client.send(update));
  }

  async function takeAny(receiver: string): Promise<Held | undefined> {
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      const { taken, nowMs, admission } = await look(receiver, { isConsistent: true });
      if (admission.kind !== "place") return undefined;
      const { place } = admission;
      if (await take(receiver, place, { since: taken[place], nowMs })) return { place, sinceMs: nowMs };
    }
    return undefined;
  }

  async function giveBack(receiver: string, { place, sinceMs }: Held): Promise<void> {
    await client
      .send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf("receiver", { receiver }),
          UpdateExpression: "REMOVE #place",
          ConditionExpression: "#place = :mine",
          ExpressionAttributeNames: { "#place": place },
          ExpressionAttributeValues: { ":mine": sinceMs },
        }),
      )
      // A place that is not given back is free again soon, and no reason to send the result again.
      .catch(() => {});
  }

  return {
    async enter(receiver) {
      // Whether there is room is decided by `stay`: what is read here may be a little behind, at half the price.
      const { admission } = await look(receiver, { isConsistent: false });
      if (admission.kind !== "place") return admission.kind;
      let taking: Promise<Held | undefined> | undefined;
      return {
        async stay() {
          taking ??= takeAny(receiver);
          return (await taking) !== undefined;
        },
        async leave() {
          // The answer may have come while the place was still being taken.
          const held = await taking?.catch(() => undefined);
          if (held !== undefined) await giveBack(receiver, held);
        },
      };
    },
  };
}

/** One place for all that wait in this process at the same time: it is the invocation that is held up, not a message. */
export function sharedPlaces({ enter }: Receivers): Receivers {
  const shared = new Map<string, { waiting: number; readonly entered: Promise<Visit | "busy" | "slow"> }>();
  return {
    async enter(receiver) {
      const share = shared.get(receiver) ?? { waiting: 0, entered: enter(receiver) };
      shared.set(receiver, share);
      share.waiting += 1;
      const left = () => {
        share.waiting -= 1;
        if (share.waiting === 0) shared.delete(receiver);
        return share.waiting === 0;
      };
      const visit = await share.entered.catch((error: unknown) => {
        left();
        throw error;
      });
      if (typeof visit === "string") {
        left();
        return visit;
      }
      return {
        stay: () => visit.stay(),
        leave: async () => {
          if (left()) await visit.leave();
        },
      };
    },
  };
}
