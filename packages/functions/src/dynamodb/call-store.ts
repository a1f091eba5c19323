import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { listedCall } from "@promptcall/core/call/application-list";
import { accept } from "@promptcall/core/call/evolve";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import type { CallStore, Stored } from "../ports/call-store.ts";
import { expiryUnfinished, keyOf } from "./items.ts";
import { progressStore } from "./progress-store.ts";
import { inChunks, KEYS_PER_REQUEST, readMany } from "./read-many.ts";
import { ifHolds, parse, type TableOptions } from "./table.ts";
import { writeMany } from "./write-many.ts";

/** Reads and writes calls, one or many at a time. */
export function callStore(options: TableOptions): CallStore {
  const { client, tableName } = options;

  return {
    ...progressStore(options),

    async add(specs) {
      const itemOf = (spec: CallSpec) => {
        const expires_at = expiryUnfinished({ lastDialMs: Date.parse(spec.expiresAt ?? spec.acceptedAt) });
        return { ...keyOf("spec", { tid: spec.tid }), spec, expires_at, ...listedCall(spec) };
      };
      await writeMany(specs.map(itemOf), options);
    },

    async rewrite(spec) {
      const rewrite = new UpdateCommand({
        TableName: tableName,
        Key: keyOf("spec", { tid: spec.tid }),
        ConditionExpression: "attribute_exists(pk)",
        UpdateExpression: "SET spec = :spec",
        ExpressionAttributeValues: { ":spec": spec },
      });
      await ifHolds(client.send(rewrite));
    },

    async find(tids, { mayBeBehind = false } = {}) {
      const found = new Map<string, { spec: CallSpec; stored: Stored }>();
      await inChunks(tids, {
        size: KEYS_PER_REQUEST / 2,
        async work(chunk) {
          const read = async (some: readonly string[], isConsistent: boolean) => {
            const keys = some.flatMap((tid) => [keyOf("spec", { tid }), keyOf("state", { tid })]);
            return await readMany(keys, { client, tableName, isConsistent });
          };
          const glanced = mayBeBehind ? await read(chunk, false) : () => undefined;
          // A spec is written once: only that it is missing may be behind.
          const missing = chunk.filter((tid) => glanced(keyOf("spec", { tid })) === undefined);
          const looked = missing.length > 0 ? await read(missing, true) : () => undefined;
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
    },
  };
}
