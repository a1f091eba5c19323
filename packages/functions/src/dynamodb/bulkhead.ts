import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { admit, type Receiver, type TakenPermits } from "@promptcall/core/callbacks/bulkhead";
import type { Bulkhead, BulkheadPermit } from "../ports/bulkhead.ts";
import type { Clock } from "../ports/clock.ts";
import { expiryOf, keyOf } from "./items.ts";
import { isWritten, readItem, type TableOptions } from "./table.ts";

interface Held {
  readonly permit: string;
  readonly sinceMs: number;
}

/** How often another permit is tried after losing one to somebody else. */
const ACQUIRE_TRIES = 3;

/** The bulkhead of each receiver: its permits in one item of the table, acquired by conditional writes. */
export function bulkheadStore(options: TableOptions): Bulkhead {
  const { client, tableName, clock } = options;

  async function readPermits({ id, permits }: Receiver, { isConsistent }: { isConsistent: boolean }) {
    const item = await readItem(keyOf("bulkhead", { receiver: id }), { ...options, isConsistent });
    // Only `acquire` writes this item.
    const taken = (item ?? {}) as TakenPermits;
    const nowMs = clock.now().getTime();
    return { taken, nowMs, admission: admit({ taken, nowMs, permits }) };
  }

  async function acquire(
    { id }: Receiver,
    permit: string,
    { since, nowMs }: { since: number | undefined; nowMs: number },
  ) {
    const unchanged = since === undefined ? "attribute_not_exists(#place)" : "#place = :since";
    const update = new UpdateCommand({
      TableName: tableName,
      Key: keyOf("bulkhead", { receiver: id }),
      UpdateExpression: "SET #place = :now, expires_at = :expires_at",
      ConditionExpression: unchanged,
      ExpressionAttributeNames: { "#place": permit },
      ExpressionAttributeValues: {
        ":now": nowMs,
        ":expires_at": expiryOf("bulkhead", options),
        ...(since !== undefined && { ":since": since }),
      },
    });
    return await isWritten(client.send(update));
  }

  async function acquireAny(receiver: Receiver): Promise<Held | undefined> {
    for (let tries = 1; tries <= ACQUIRE_TRIES; tries += 1) {
      const { taken, nowMs, admission } = await readPermits(receiver, { isConsistent: true });
      if (admission.kind !== "permit") return undefined;
      const { permit } = admission;
      if (await acquire(receiver, permit, { since: taken[permit], nowMs })) return { permit, sinceMs: nowMs };
    }
    return undefined;
  }

  async function releasePermit({ id }: Receiver, { permit, sinceMs }: Held): Promise<void> {
    await client
      .send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf("bulkhead", { receiver: id }),
          UpdateExpression: "REMOVE #place",
          ConditionExpression: "#place = :mine",
          ExpressionAttributeNames: { "#place": permit },
          ExpressionAttributeValues: { ":mine": sinceMs },
        }),
      )
      // A permit that is not released expires soon, and failing here would send the result again.
      .catch(() => {});
  }

  return {
    async tryAcquire(receiver) {
      // `hold` decides for certain; this read may be stale, at half the price.
      const { admission } = await readPermits(receiver, { isConsistent: false });
      if (admission.kind !== "permit") return admission.kind;
      let acquiring: Promise<Held | undefined> | undefined;
      return {
        async hold() {
          acquiring ??= acquireAny(receiver);
          return (await acquiring) !== undefined;
        },
        async release() {
          // The answer may have come while the permit was still being acquired.
          const held = await acquiring?.catch(() => undefined);
          if (held !== undefined) await releasePermit(receiver, held);
        },
      };
    },
  };
}

/**
 * Shares one permit among all messages of this process, because the slow receiver holds up the invocation, not a
 * message.
 */
export function sharedPermits({ tryAcquire: ask }: Bulkhead, { clock }: { readonly clock: Clock }): Bulkhead {
  const askedFor = freeReceivers(ask, clock);
  const shared = new Map<string, { waiting: number; readonly granted: Promise<BulkheadPermit | "busy" | "slow"> }>();
  return {
    async tryAcquire(receiver) {
      const { id } = receiver;
      const share = shared.get(id) ?? { waiting: 0, granted: askedFor(receiver) };
      shared.set(id, share);
      share.waiting += 1;
      const left = () => {
        share.waiting -= 1;
        if (share.waiting === 0) shared.delete(id);
        return share.waiting === 0;
      };
      const permit = await share.granted.catch((error: unknown) => {
        left();
        throw error;
      });
      if (typeof permit === "string") {
        left();
        return permit;
      }
      return {
        hold: () => permit.hold(),
        release: async () => {
          if (left()) await permit.release();
        },
      };
    },
  };
}

/** How long a receiver with a free permit is not looked at again. A request that is slow then asks before it waits. */
const FREE_FOR_MS = 1_000;

/** More than one process sends to in that time. */
const MOST_FREE = 1_000;

function freeReceivers(ask: Bulkhead["tryAcquire"], clock: Clock): Bulkhead["tryAcquire"] {
  const freeAtMs = new Map<string, number>();
  /** Whoever waits for it longer has it looked at again. */
  const watched = (id: string, permit: BulkheadPermit): BulkheadPermit => ({
    hold() {
      freeAtMs.delete(id);
      return permit.hold();
    },
    release: () => permit.release(),
  });
  const unasked = (receiver: Receiver): BulkheadPermit => {
    let asked: ReturnType<Bulkhead["tryAcquire"]> | undefined;
    return {
      async hold() {
        asked ??= ask(receiver);
        const answer = await asked;
        return typeof answer !== "string" && (await answer.hold());
      },
      async release() {
        const answer = await asked?.catch(() => undefined);
        if (answer !== undefined && typeof answer !== "string") await answer.release();
      },
    };
  };
  return async (receiver) => {
    const { id } = receiver;
    const nowMs = clock.now().getTime();
    if (nowMs - (freeAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < FREE_FOR_MS) return watched(id, unasked(receiver));
    const answer = await ask(receiver);
    if (freeAtMs.size >= MOST_FREE) freeAtMs.clear();
    if (typeof answer === "string") return answer;
    freeAtMs.set(id, nowMs);
    return watched(id, answer);
  };
}
