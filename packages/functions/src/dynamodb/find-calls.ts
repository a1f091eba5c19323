import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/call/evolve";
import { type CallSpec, SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import type { CallStore, Stored } from "../ports/call-store.ts";
import { type Key, keyOf, pkOf } from "./items.ts";
import { inChunks, KEYS_PER_REQUEST, readMany } from "./read-many.ts";
import { parse, type TableOptions } from "./table.ts";

type Item = Record<string, unknown>;
type Found = (key: Key) => Item | undefined;

/** Reads calls whole, one or many at a time. */
export function callFinder({ client, tableName }: TableOptions): CallStore["find"] {
  /** What is together is billed together: all items of one call are a unit, or half of one. */
  async function readOne(tid: string, isConsistent: boolean): Promise<Found> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": pkOf("spec", { tid }) },
        ConsistentRead: isConsistent,
      }),
    );
    return ({ pk, sk }) => Items.find((item) => item.pk === pk && item.sk === sk);
  }

  async function read(tids: readonly string[], isConsistent: boolean): Promise<Found> {
    const [only, ...others] = tids;
    if (only === undefined) return () => undefined;
    if (others.length === 0) return await readOne(only, isConsistent);
    const keys = tids.flatMap((tid) => [keyOf("spec", { tid }), keyOf("state", { tid })]);
    return await readMany(keys, { client, tableName, isConsistent });
  }

  return async (tids, { mayBeBehind = false } = {}) => {
    const found = new Map<string, { spec: CallSpec; stored: Stored }>();
    await inChunks(tids, {
      size: KEYS_PER_REQUEST / 2,
      async work(chunk) {
        const glanced = mayBeBehind ? await read(chunk, false) : () => undefined;
        // A spec is written once: only that it is missing may be behind.
        const missing = chunk.filter((tid) => glanced(keyOf("spec", { tid })) === undefined);
        const looked = await read(missing, true);
        for (const tid of chunk) {
          const [asked, state] = [keyOf("spec", { tid }), keyOf("state", { tid })].map(
            (key) => looked(key) ?? glanced(key),
          );
          if (asked === undefined) continue;
          try {
            const { spec } = parse(asked, SpecRecordSchema);
            const stored = state === undefined ? { call: accept(spec), version: 1 } : parse(state, StateRecordSchema);
            found.set(tid, { spec, stored });
          } catch (error) {
            // One unreadable record must not hide the others from a caller that asked for many.
            if (tids.length === 1) throw error;
          }
        }
      },
    });
    return found;
  };
}
