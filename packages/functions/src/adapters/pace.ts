import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import {
  durationMs,
  freshPace,
  isBusy,
  JUST_MS,
  type Pace,
  PaceSchema,
  placesBy,
  placesFor,
  placesFrom,
  recovered,
  slowed,
} from "@promptcall/core/pace";
import { ConflictError } from "../errors.ts";
import type { Clock, Paces, Reservation } from "../ports.ts";

export interface PacesOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
}

/** What an operator has set is not to be forgotten over a quiet month. */
const KEPT_SECONDS = 366 * 24 * 3600;

/** Somebody else is quicker only while an application goes from rest to work, or changes its pace. */
const RACES = 10;

/** Applications whose pace a process remembers: those that it has heard of last. */
const MOST_REMEMBERED = 1_000;

/**
 * The pace of each application, in one item of the table. While it is busy, places are taken by adding to the end of
 * those taken: any number of requests may do that at the same time, and none of them has to start over.
 */
export function paces({ client: plainClient, tableName, clock }: PacesOptions): Paces {
  const client = DynamoDBDocumentClient.from(plainClient);
  const keyOf = (applicationId: string) => ({ pk: `pace#${applicationId}`, sk: "pace" });

  /** As each was last seen here. Others change it too, so it only serves to try what the table itself then decides. */
  const remembered = new Map<string, Pace>();

  function remember(applicationId: string, item: unknown): Pace {
    const pace = PaceSchema.parse(item);
    remembered.delete(applicationId);
    remembered.set(applicationId, pace);
    if (remembered.size > MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? "");
    return pace;
  }

  async function read(applicationId: string): Promise<Pace | undefined> {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(applicationId), ConsistentRead: true }),
    );
    return Item && remember(applicationId, Item);
  }

  /** Whether it was done: not when the item is no longer what it was. */
  async function update(
    applicationId: string,
    change: Pick<UpdateCommandInput, "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues">,
  ): Promise<Pace | undefined> {
    try {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(applicationId),
          ReturnValues: "ALL_NEW",
          ...change,
          ExpressionAttributeNames: { "#limit": "limit" },
        }),
      );
      return remember(applicationId, Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  const expiry = () => Math.floor(clock.now().getTime() / 1000) + KEPT_SECONDS;

  /** Adds to the end, if it is still as busy, as fast and no faster soon, and the end still no later than that. */
  function append(applicationId: string, { pace, count, nowMs, latestFromMs }: Append): Promise<Pace | undefined> {
    return update(applicationId, {
      UpdateExpression: "SET takenUntilMs = takenUntilMs + :duration, expires_at = :expires_at",
      ConditionExpression: "callsPerSecond = :rate AND #limit = :limit AND takenUntilMs BETWEEN :justNow AND :latest",
      ExpressionAttributeValues: {
        ":duration": durationMs(count, pace),
        ":rate": pace.callsPerSecond,
        ":limit": pace.limit,
        ":justNow": nowMs - JUST_MS,
        ":latest": latestFromMs,
        ":expires_at": expiry(),
      },
    });
  }

  /** Writes a pace over the one that was seen, and over the places taken only where these change. */
  function replace(applicationId: string, { seen, pace }: { seen: Pace | undefined; pace: Pace }) {
    const takes = pace.takenUntilMs !== seen?.takenUntilMs;
    const isSame = `callsPerSecond = :seenRate${takes ? " AND takenUntilMs = :seenUntil" : ""}`;
    const facts = ["changedAtMs", "refusedAtMs", "refusals"] as const;
    const known = facts.filter((fact) => pace[fact] !== undefined);
    const set = [...(takes ? (["takenUntilMs"] as const) : []), ...known]
      .map((name) => `, ${name} = :${name}`)
      .join("");
    const absent = facts.filter((fact) => pace[fact] === undefined).join(", ");
    return update(applicationId, {
      UpdateExpression: `SET callsPerSecond = :rate, #limit = :limit, expires_at = :expires_at${set}${absent && ` REMOVE ${absent}`}`,
      ConditionExpression: seen === undefined ? "attribute_not_exists(pk)" : isSame,
      ExpressionAttributeValues: {
        ":rate": pace.callsPerSecond,
        ":limit": pace.limit,
        ...(takes && { ":takenUntilMs": pace.takenUntilMs }),
        ":expires_at": expiry(),
        ...Object.fromEntries(known.map((fact) => [`:${fact}`, pace[fact]])),
        ...(seen !== undefined && { ":seenRate": seen.callsPerSecond }),
        ...(seen !== undefined && takes && { ":seenUntil": seen.takenUntilMs }),
      },
    });
  }

  type Wanted = Parameters<Paces["reserve"]>[0];

  /** Without a look at the pace first, where it is likely to be what it was: places that follow on those taken before. */
  async function reserveFromMemory({ applicationId, count, byMs }: Wanted): Promise<Reservation | undefined> {
    const pace = remembered.get(applicationId);
    const nowMs = clock.now().getTime();
    if (pace === undefined || recovered(pace, nowMs) !== pace || !isBusy(pace, nowMs)) return undefined;
    const { fromMs, lastMs } = placesFor(count, { pace, nowMs });
    if (lastMs > byMs) return undefined;
    const written = await append(applicationId, { pace, count, nowMs, latestFromMs: byMs - (lastMs - fromMs) });
    return written && reservedBy(written, { count, pace });
  }

  async function reserveOnce({ applicationId, count, byMs }: Wanted): Promise<Reservation | undefined> {
    const seen = await read(applicationId);
    const nowMs = clock.now().getTime();
    const known = seen ?? freshPace();
    const pace = recovered(known, nowMs);
    const places = placesFor(count, { pace, nowMs });
    const { callsPerSecond } = pace;
    if (places.lastMs > byMs)
      return { kind: "too_late", fits: placesBy(byMs, { pace, nowMs }), callsPerSecond, ...places };
    const written =
      seen !== undefined && pace === known && isBusy(pace, nowMs)
        ? await append(applicationId, { pace, count, nowMs, latestFromMs: byMs - (places.lastMs - places.fromMs) })
        : await replace(applicationId, { seen, pace: { ...pace, takenUntilMs: places.untilMs } });
    return written && reservedBy(written, { count, pace });
  }

  return {
    async reserve(wanted) {
      const reserved = await reserveFromMemory(wanted);
      if (reserved !== undefined) return reserved;
      for (let race = 0; race < RACES; race += 1) {
        const reservation = await reserveOnce(wanted);
        if (reservation !== undefined) return reservation;
      }
      throw new ConflictError(`pace of ${wanted.applicationId}`);
    },

    async slow(applicationId) {
      const seen = await read(applicationId);
      const nowMs = clock.now().getTime();
      const pace = slowed(recovered(seen ?? freshPace(), nowMs), nowMs);
      // Somebody else who was quicker has slowed it, or it is slower for the next refusal.
      await replace(applicationId, { seen, pace });
    },

    async read(applicationId) {
      return recovered((await read(applicationId)) ?? freshPace(), clock.now().getTime());
    },

    async limit(applicationId, limit) {
      for (let race = 0; race < RACES; race += 1) {
        const seen = await read(applicationId);
        const { changedAtMs: _changed, ...pace } = seen ?? freshPace();
        if (await replace(applicationId, { seen, pace: { ...pace, limit, callsPerSecond: limit } })) return;
      }
      throw new ConflictError(`pace of ${applicationId}`);
    },
  };
}

/** The places at the end of those that are taken now. */
function reservedBy(written: Pace, { count, pace }: { count: number; pace: Pace }): Reservation {
  const fromMs = written.takenUntilMs - durationMs(count, pace);
  return { kind: "reserved", callsPerSecond: pace.callsPerSecond, ...placesFrom(fromMs, { count, pace }) };
}

interface Append {
  readonly pace: Pace;
  readonly count: number;
  readonly nowMs: number;
  readonly latestFromMs: number;
}
