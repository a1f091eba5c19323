import { ConditionalCheckFailedException, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { isDelivery } from "@promptcall/core/callback";
import { accept } from "@promptcall/core/evolve";
import { listingOf } from "@promptcall/core/listing";
import { CallbackRecordSchema } from "@promptcall/core/records/callback";
import { SpecRecordSchema } from "@promptcall/core/records/spec";
import { StateRecordSchema } from "@promptcall/core/records/state";
import type * as z from "zod/mini";
import { ConflictError, MalformedRecordError } from "../errors.ts";
import type { CallStore } from "../ports/call-store.ts";
import type { CallbackRecord, CallbackStore } from "../ports/callback-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { Hops } from "../ports/hops.ts";
import { inChunks, KEYS_PER_REQUEST, readMany } from "./read-many.ts";

export interface TableOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly retentionDays: number;
  readonly clock: Clock;
}

export const keyOf = (tid: string, sk: "spec" | "state") => ({ pk: `call#${tid}`, sk });

/**
 * One item for what was asked (written once), one small one for how it stands (replaced under a version), one for the
 * deliveries of its result. The document client would turn absent fields into errors; we have many optional ones.
 */
export function documents(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** What is on record may have been written by another version of this code. */
export function parse<Content>(item: Record<string, unknown>, schema: z.ZodMiniType<Content>): Content {
  const parsed = schema.safeParse(item);
  if (parsed.success) return parsed.data;
  const fields = new Set(parsed.error.issues.map((issue) => issue.path.join(".")));
  throw new MalformedRecordError(`${item.pk} ${item.sk} has another form than expected: ${[...fields].join(", ")}`);
}

export function expiry({ retentionDays, clock }: TableOptions): number {
  return Math.floor(clock.now().getTime() / 1000) + retentionDays * 24 * 3600;
}

function recordReader({ client: plainClient, tableName }: TableOptions) {
  const client = documents(plainClient);
  return async <Content>(
    tid: string,
    { sk, schema, consistent = true }: { sk: "spec" | "state"; schema: z.ZodMiniType<Content>; consistent?: boolean },
  ) => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(tid, sk), ConsistentRead: consistent }),
    );
    return Item && parse(Item, schema);
  };
}

/** What was asked for, for those who have no use for how it stands. */
export function specReader(options: TableOptions): CallStore["spec"] {
  const read = recordReader(options);
  const record = { sk: "spec", schema: SpecRecordSchema } as const;
  return async (tid) => {
    // It is written once: only that it is missing can be out of date, and the other read is half the price.
    const found = (await read(tid, { ...record, consistent: false })) ?? (await read(tid, record));
    return found?.spec;
  };
}

/** One call, for those who write its progress. */
export function progressStore(options: TableOptions): Pick<CallStore, "spec" | "state" | "save"> {
  const { tableName } = options;
  const client = documents(options.client);
  const read = recordReader(options);
  const spec = specReader(options);

  return {
    spec,

    async state(tid) {
      const stored = await read(tid, { sk: "state", schema: StateRecordSchema });
      if (stored !== undefined) return stored;
      const asked = await spec(tid);
      return asked && { call: accept(asked), version: 1 };
    },

    async save({ call, version }) {
      const unchanged = version === 1 ? "attribute_not_exists(pk) OR #version = :version" : "#version = :version";
      try {
        await client.send(
          new PutCommand({
            TableName: tableName,
            Item: {
              ...keyOf(call.tid, "state"),
              call,
              version: version + 1,
              expires_at: expiry(options),
              ...(call.phase === "completed" && listingOf(call)),
            },
            ConditionExpression: unchanged,
            ExpressionAttributeNames: { "#version": "version" },
            ExpressionAttributeValues: { ":version": version },
          }),
        );
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) throw new ConflictError(call.tid);
        throw error;
      }
    },
  };
}

/** Two copies of one attempt may end differently: what was delivered once is delivered, whichever was written last. */
function recordOf(item: Record<string, unknown> | undefined): CallbackRecord {
  if (item === undefined) return { attempts: [], state: "pending" };
  const { attempts, state } = parse(item, CallbackRecordSchema);
  return { attempts, state: attempts.some(isDelivery) ? "delivered" : state };
}

/** Of the results of calls, or of the counts of batches: by the call's id, or the batch's. */
export function callbackStore({
  of = "call",
  ...options
}: TableOptions & { readonly of?: "call" | "batch" }): CallbackStore {
  const { tableName } = options;
  const keyOfRecord = (id: string) => ({ pk: `${of}#${id}`, sk: "callback" });
  const client = documents(options.client);
  return {
    async read(tid) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOfRecord(tid), ConsistentRead: true }),
      );
      return recordOf(Item);
    },

    async heardOf(tids) {
      const heard = new Set<string>();
      await inChunks(tids, {
        size: KEYS_PER_REQUEST,
        async work(chunk) {
          const keys = chunk.map((tid) => keyOfRecord(tid));
          const items = await readMany(keys, { client, tableName, isConsistent: false });
          for (const tid of chunk) if (items.has(`${of}#${tid} callback`)) heard.add(tid);
        },
      });
      return heard;
    },

    async add(tid, attempt, state) {
      const { Attributes } = await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOfRecord(tid),
          ReturnValues: "ALL_NEW",
          UpdateExpression:
            "SET attempts = list_append(if_not_exists(attempts, :none), :attempt), #state = :state, expires_at = :expires_at",
          ExpressionAttributeNames: { "#state": "state" },
          ExpressionAttributeValues: {
            ":none": [],
            ":attempt": [attempt],
            ":state": state,
            ":expires_at": expiry(options),
          },
        }),
      );
      return recordOf(Attributes);
    },
  };
}

export function hopStore(options: TableOptions): Hops {
  const { tableName } = options;
  const client = documents(options.client);
  const keyOfHop = (key: string) => ({ pk: `hop#${key}`, sk: "hop" });
  return {
    async made(key) {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOfHop(key), ConsistentRead: true }),
      );
      return Item?.hops ?? 0;
    },

    async make(key, hops) {
      const isFirst = "attribute_not_exists(hops)";
      const isFurther = "hops < :hops";
      try {
        await client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOfHop(key),
            UpdateExpression: "SET hops = :hops, expires_at = :expires_at",
            ConditionExpression: `${isFirst} OR ${isFurther}`,
            ExpressionAttributeValues: { ":hops": hops, ":expires_at": expiry(options) },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
    },
  };
}
