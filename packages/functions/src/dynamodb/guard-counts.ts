import { UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { dayOf, hourOf, placeOf, roomFor } from "@promptcall/core/guard/counting";
import type { CallsByNumber, GuardCounts } from "../ports/guard-counts.ts";
import { expiryOf, type Key, keyOf } from "./items.ts";
import { inChunks, readMany } from "./read-many.ts";
import { ifHolds, readItem, type TableOptions } from "./table.ts";

export interface GuardCountsOptions extends TableOptions {
  /** Numbers are counted under their hash with it. */
  readonly key: Uint8Array;
}

/** How often it is looked anew for how much room there is, where others were quicker to take some. */
const LOOKS = 3;

/** A condition takes five operators for each of them, and an expression has 300 (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html). */
const NUMBERS_PER_UPDATE = 50;

/** Some numbers that are counted in the same item, by the name of their count in it. */
interface Bucket {
  readonly Key: Key;
  readonly names: ReadonlyMap<string, string>;
}

/** The numbers of an hour are shared out over some hundred items, and many in one item are counted by one write. */
export function guardCountStore(options: GuardCountsOptions): GuardCounts {
  const { client, tableName, clock, key } = options;

  function bucketsOf(numbers: Iterable<string>, hour: string): Bucket[] {
    const buckets = new Map<string, Map<string, string>>();
    for (const number of numbers) {
      const { bucket, name } = placeOf(number, key);
      const names = buckets.get(bucket) ?? new Map<string, string>();
      buckets.set(bucket, names.set(number, name));
    }
    return [...buckets].map(([bucket, names]) => ({ Key: keyOf("callsToNumbers", { bucket, hour }), names }));
  }

  /** Adds to all of these counts; false when one of them has no room for it. */
  async function add({ Key, names }: Bucket, { calls, limit }: { calls: CallsByNumber; limit: number | undefined }) {
    const counts = [...calls].map(([number, count], place) => ({ name: names.get(number) ?? "", count, place }));
    const update = new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: `SET expires_at = :expires_at ADD ${counts.map(({ place }) => `#n${place} :n${place}`).join(", ")}`,
      ...(limit !== undefined && {
        ConditionExpression: counts
          .map(({ place }) => `(attribute_not_exists(#n${place}) OR #n${place} <= :m${place})`)
          .join(" AND "),
      }),
      ExpressionAttributeNames: Object.fromEntries(counts.map(({ name, place }) => [`#n${place}`, name])),
      ExpressionAttributeValues: {
        ":expires_at": expiryOf("callsToNumbers", options),
        ...Object.fromEntries(counts.map(({ count, place }) => [`:n${place}`, count])),
        ...(limit !== undefined && Object.fromEntries(counts.map(({ count, place }) => [`:m${place}`, limit - count]))),
      },
      ReturnValues: "UPDATED_NEW",
    });
    const answer = await ifHolds(client.send(update));
    return answer && (answer.Attributes ?? {});
  }

  /** Takes what room there is in one item. Where somebody else took it meanwhile, there is none. */
  async function take(bucket: Bucket, { wanted, limit }: { wanted: CallsByNumber; limit: number }) {
    let rooms = roomFor(wanted, { counted: () => 0, limit });
    for (let looks = 1; looks <= LOOKS && rooms.size > 0; looks += 1) {
      const counts = await add(bucket, { calls: rooms, limit });
      if (counts !== undefined) {
        const full = [...rooms.keys()].filter((number) => counts[bucket.names.get(number) ?? ""] === limit);
        return { rooms, full };
      }
      const item = await readItem(bucket.Key, options);
      rooms = roomFor(wanted, { counted: countIn(item, bucket), limit });
    }
    return { rooms: new Map<string, number>(), full: [] };
  }

  async function eachPart(buckets: readonly Bucket[], { calls, work }: Parted): Promise<void> {
    const parts = buckets.flatMap((bucket) =>
      partsOf(bucket).map((numbers) => ({
        bucket,
        own: new Map(numbers.map((number) => [number, calls.get(number) ?? 0])),
      })),
    );
    await inChunks(parts, {
      size: 1,
      work: async (some) => {
        for (const { bucket, own } of some) await work(bucket, own);
      },
    });
  }

  /** How many there are then; undefined when the condition does not hold. */
  async function addToDay(
    Key: Key,
    {
      ExpressionAttributeValues,
      ...condition
    }: Pick<UpdateCommandInput, "ConditionExpression" | "ExpressionAttributeValues">,
  ): Promise<number | undefined> {
    const update = new UpdateCommand({
      TableName: tableName,
      Key,
      UpdateExpression: "SET expires_at = :expires_at ADD calls :count",
      ...condition,
      ExpressionAttributeValues: { ...ExpressionAttributeValues, ":expires_at": expiryOf("callsOfDay", options) },
      ReturnValues: "UPDATED_NEW",
    });
    const answer = await ifHolds(client.send(update));
    return answer && Number(answer.Attributes?.calls);
  }

  async function countedOfDay(applicationId: string): Promise<number> {
    const item = await readItem(keyOfDay(applicationId), options);
    return Number(item?.calls ?? 0);
  }

  const keyOfDay = (applicationId: string) =>
    keyOf("callsOfDay", { applicationId, day: dayOf(clock.now().getTime()).name });

  return {
    async addToNumbers(calls, limit) {
      const hour = hourOf(clock.now().getTime()).name;
      const rooms = new Map<string, number>();
      const full: string[] = [];
      const work = async (bucket: Bucket, wanted: CallsByNumber) => {
        const taken = await take(bucket, { wanted, limit });
        for (const [number, room] of taken.rooms) rooms.set(number, room);
        full.push(...taken.full);
      };
      await eachPart(bucketsOf(calls.keys(), hour), { calls, work });
      return {
        rooms,
        full,
        giveBack: async (unused) => {
          const negative = new Map([...unused].map(([number, count]) => [number, -count]));
          await eachPart(bucketsOf(unused.keys(), hour), {
            calls: negative,
            work: async (bucket, own) => void (await add(bucket, { calls: own, limit: undefined })),
          });
        },
      };
    },

    async roomOfNumbers(calls, limit) {
      const buckets = bucketsOf(calls.keys(), hourOf(clock.now().getTime()).name);
      const rooms = new Map<string, number>();
      const keys = buckets.map(({ Key }) => Key);
      const find = await readMany(keys, { client, tableName, isConsistent: false });
      for (const bucket of buckets) {
        const own = new Map([...bucket.names.keys()].map((number) => [number, calls.get(number) ?? 0]));
        const room = roomFor(own, { counted: countIn(find(bucket.Key), bucket), limit });
        for (const [number, count] of room) rooms.set(number, count);
      }
      return rooms;
    },

    async addToApplication(applicationId, { calls, limit }) {
      const Key = keyOfDay(applicationId);
      const noRoom = async () => ({ kind: "no_room", left: limit - (await countedOfDay(applicationId)) }) as const;
      if (calls > limit) return await noRoom();
      const counted = await addToDay(Key, {
        ConditionExpression: "attribute_not_exists(calls) OR calls <= :most",
        ExpressionAttributeValues: { ":count": calls, ":most": limit - calls },
      });
      if (counted === undefined) return await noRoom();
      return {
        kind: "counted",
        isFull: counted === limit,
        giveBack: async (unused) => {
          await addToDay(Key, { ExpressionAttributeValues: { ":count": -unused } });
        },
      };
    },

    async leftOfApplication(applicationId, limit) {
      return Math.max(0, limit - (await countedOfDay(applicationId)));
    },
  };
}

interface Parted {
  readonly calls: CallsByNumber;
  readonly work: (bucket: Bucket, own: CallsByNumber) => Promise<void>;
}

/** An update may name a count once: numbers that share one are in different parts. */
function partsOf({ names }: Bucket): readonly (readonly string[])[] {
  const parts: { readonly numbers: string[]; readonly names: Set<string> }[] = [];
  for (const [number, name] of names) {
    const open = parts.find((part) => part.numbers.length < NUMBERS_PER_UPDATE && !part.names.has(name));
    const part = open ?? { numbers: [], names: new Set<string>() };
    if (open === undefined) parts.push(part);
    part.numbers.push(number);
    part.names.add(name);
  }
  return parts.map(({ numbers }) => numbers);
}

const countIn = (item: Record<string, unknown> | undefined, { names }: Bucket) => {
  return (number: string) => Number(item?.[names.get(number) ?? ""] ?? 0);
};
