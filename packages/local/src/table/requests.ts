import { capacityUnits } from "dynalite/db/index.js";
import type { Throughputs, Units } from "../program/table-throughput.ts";

/** Of DynamoDB's API, what counts here. */
export interface TableRequest {
  TableName?: string;
  ReturnConsumedCapacity?: string;
  WarmThroughput?: { ReadUnitsPerSecond?: number; WriteUnitsPerSecond?: number };
  RequestItems?: Record<string, unknown>;
}

/** Part of a request that one table is to do, and what that takes at the least. */
interface Share {
  table: string;
  units: Units;
  taken: number;
}

/** The part of a request that the throughput allows; the rest is returned as unprocessed. */
export interface Admitted {
  request: TableRequest;
  shares: Share[];
  rest: { UnprocessedItems?: object; UnprocessedKeys?: object };
}

const KINDS = {
  GetItem: "read",
  Query: "read",
  Scan: "read",
  PutItem: "write",
  UpdateItem: "write",
  DeleteItem: "write",
} as const;

type Operation = keyof typeof KINDS | "BatchGetItem" | "BatchWriteItem";

export function isCounted(name: string): name is Operation {
  return Object.hasOwn(KINDS, name) || name === "BatchGetItem" || name === "BatchWriteItem";
}

/** Undefined when the throughput allows nothing of it. */
export function admit(args: {
  operation: Operation;
  request: TableRequest;
  throughputs: Throughputs;
}): Admitted | undefined {
  switch (args.operation) {
    case "BatchGetItem":
      return admitKeys(args);
    case "BatchWriteItem":
      return admitWrites(args);
    default:
      return admitOne({ ...args, kind: KINDS[args.operation] });
  }
}

function admitOne(args: {
  request: TableRequest;
  throughputs: Throughputs;
  kind: "read" | "write";
}): Admitted | undefined {
  const { request, throughputs, kind } = args;
  const table = request.TableName ?? "";
  const units = throughputs.of({ table, kind });
  if (units === undefined) return { request, shares: [], rest: {} };
  if (units.left <= 0) return undefined;
  const taken = kind === "read" ? LEAST_OF_A_READ : 1;
  units.take(taken);
  return { request, shares: [{ table, units, taken }], rest: {} };
}

interface Keys {
  Keys?: object[];
  ConsistentRead?: boolean;
}

interface Write {
  PutRequest?: { Item: object };
  DeleteRequest?: object;
}

/** Half a unit for what is not consistent, which is known only when it has been read. */
const LEAST_OF_A_READ = 0.5;

function admitKeys({ request, throughputs }: { request: TableRequest; throughputs: Throughputs }) {
  return admitParts({
    request,
    throughputs,
    kind: "read",
    itemsOf: (asked: Keys) => asked.Keys ?? [],
    costOf: () => LEAST_OF_A_READ,
    partOf: ({ asked, items }) => ({ ...asked, Keys: items }),
    restOf: (UnprocessedKeys) => ({ UnprocessedKeys }),
  });
}

function admitWrites({ request, throughputs }: { request: TableRequest; throughputs: Throughputs }) {
  return admitParts({
    request,
    throughputs,
    kind: "write",
    itemsOf: (asked: Write[]) => asked,
    costOf: (write: Write) => (write.PutRequest ? capacityUnits(write.PutRequest.Item, false) : 1),
    partOf: ({ items }) => items,
    restOf: (UnprocessedItems) => ({ UnprocessedItems }),
  });
}

function admitParts<Asked, Item>(args: {
  request: TableRequest;
  throughputs: Throughputs;
  kind: "read" | "write";
  itemsOf: (asked: Asked) => Item[];
  costOf: (item: Item) => number;
  partOf: (part: { asked: Asked; items: Item[] }) => unknown;
  restOf: (rest: Record<string, unknown>) => Admitted["rest"];
}): Admitted | undefined {
  const { request, throughputs, kind, itemsOf, costOf, partOf } = args;
  const admitted: Record<string, unknown> = {};
  const rest: Record<string, unknown> = {};
  const shares: Share[] = [];
  for (const [table, asked] of Object.entries((request.RequestItems ?? {}) as Record<string, Asked>)) {
    const units = throughputs.of({ table, kind });
    const items = itemsOf(asked);
    let taken = 0;
    const fitting = items.filter((item) => {
      if (units === undefined) return true;
      if (units.left <= 0) return false;
      const cost = costOf(item);
      units.take(cost);
      taken += cost;
      return true;
    });
    if (fitting.length > 0 || items.length === 0) admitted[table] = partOf({ asked, items: fitting });
    if (fitting.length < items.length)
      rest[table] = partOf({ asked, items: items.filter((item) => !fitting.includes(item)) });
    if (units !== undefined && fitting.length > 0) shares.push({ table, units, taken });
  }
  if (Object.keys(admitted).length === 0 && Object.keys(rest).length > 0) return undefined;
  return { request: { ...request, RequestItems: admitted }, shares, rest: args.restOf(rest) };
}
