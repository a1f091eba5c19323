import { QueryCommand } from "@aws-sdk/lib-dynamodb";
import { isUnconfirmed } from "@promptcall/core/call/call";
import { accept } from "@promptcall/core/call/evolve";
import { SpecRecordSchema } from "@promptcall/core/contracts/records/spec";
import { StateRecordSchema } from "@promptcall/core/contracts/records/state";
import { MalformedRecordError } from "../errors.ts";
import type { CallStore, FoundCall, Stored } from "../ports/call-store.ts";
import { type Key, keyOf, pkOf } from "./items.ts";
import { readMany } from "./read-many.ts";
import { parse, type TableOptions } from "./table.ts";

type Item = Record<string, unknown>;
type Found = (key: Key) => Item | undefined;

const NOTHING: Found = () => undefined;
const specKey = (tid: string) => keyOf("spec", { tid });
const stateKey = (tid: string) => keyOf("state", { tid });

/** Reads calls whole, one or many at a time. */
export function callFinder(options: TableOptions): CallStore["find"] {
  return async (tids, { mayBeBehind = false } = {}) => {
    const found = new Map<string, FoundCall>();
    const glanced = mayBeBehind ? await readCalls(tids, { ...options, isConsistent: false }) : NOTHING;
    const again = mayBeBehind ? tids.filter((tid) => isUncertain(stateOf(tid, glanced))) : [];
    const looked = await readCalls([...again, ...missingIn(tids, glanced)], { ...options, isConsistent: true });
    for (const tid of tids) {
      const call = () => callOf(tid, (key) => looked(key) ?? glanced(key));
      // One unreadable record must not hide the others from a caller that asked for many.
      const known = tids.length === 1 ? call() : unlessMalformed(call);
      if (known !== undefined) found.set(tid, known);
    }
    return found;
  };
}

/** Reads the states first: most that a step looks at were dialed by the one before, and nothing else of them is wanted. */
export function queuedCallFinder(options: TableOptions): CallStore["findQueued"] {
  const behind = { ...options, isConsistent: false };
  const consistent = { ...options, isConsistent: true };

  return async (tids) => {
    const glanced = await readMany(tids.map(stateKey), behind);
    const again = tids.filter((tid) => isUncertain(stateOf(tid, glanced)));
    const confirmed = await readMany(again.map(stateKey), consistent);
    const states: Found = (key) => confirmed(key) ?? glanced(key);
    const isOver = (tid: string) => (stateOf(tid, states)?.call.phase ?? "queued") !== "queued";
    const over = tids.filter(isOver);
    const found = new Map<string, FoundCall | "not_queued">(over.map((tid) => [tid, "not_queued"]));
    const open = tids.filter((tid) => !found.has(tid));
    const specs = await readMany(open.map(specKey), behind);
    const looked = await readCalls(missingIn(open, specs), consistent);
    for (const tid of open) {
      const call = unlessMalformed(() => callOf(tid, (key) => looked(key) ?? specs(key) ?? states(key)));
      if (call !== undefined) found.set(tid, call.stored.call.phase === "queued" ? call : "not_queued");
    }
    return found;
  };
}

async function readCalls(
  tids: readonly string[],
  { client, tableName, isConsistent }: Pick<TableOptions, "client" | "tableName"> & { isConsistent: boolean },
): Promise<Found> {
  const [only, ...others] = tids;
  if (only === undefined) return NOTHING;
  if (others.length > 0) return await readMany(tids.flatMap(keysOf), { client, tableName, isConsistent });
  // What is together is billed together: all items of one call are a unit, or half of one.
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": pkOf("spec", { tid: only }) },
      ConsistentRead: isConsistent,
    }),
  );
  return ({ pk, sk }) => Items.find((item) => item.pk === pk && item.sk === sk);
}

const keysOf = (tid: string) => [specKey(tid), stateKey(tid)];

/** A spec is written once: only that it is missing may be behind. */
function missingIn(tids: readonly string[], glanced: Found): readonly string[] {
  return tids.filter((tid) => glanced(specKey(tid)) === undefined);
}

/**
 * It may have been given back since. Whoever took it for dialed would leave it to its deadline, minutes later. What is not
 * queued for another reason never is again, but for a redial, which waits for longer than any read is behind.
 */
function isUncertain(glanced: Stored | undefined): boolean {
  return glanced !== undefined && isUnconfirmed(glanced.call);
}

/** Undefined for one without a state, or with one that cannot be read. */
function stateOf(tid: string, found: Found): Stored | undefined {
  const state = found(stateKey(tid));
  return state && unlessMalformed(() => parse(state, StateRecordSchema));
}

/** A call to which nothing has happened has no state. */
function callOf(tid: string, found: Found): FoundCall | undefined {
  const [asked, state] = [found(specKey(tid)), found(stateKey(tid))];
  if (asked === undefined) return undefined;
  const { spec } = parse(asked, SpecRecordSchema);
  return { spec, stored: state === undefined ? { call: accept(spec), version: 1 } : parse(state, StateRecordSchema) };
}

function unlessMalformed<Content>(read: () => Content): Content | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedRecordError) return undefined;
    throw error;
  }
}
