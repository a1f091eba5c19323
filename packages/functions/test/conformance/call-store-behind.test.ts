import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { accept } from "@promptcall/core/call/evolve";
import { describe, expect, it } from "vitest";
import { callStore } from "../../src/dynamodb/call-store.ts";
import type { CallStore } from "../../src/ports/call-store.ts";
import { FakeTable } from "../../testing/table.ts";
import { after, claim, report, spec as specOf } from "../given.ts";
import { startTable } from "./local-cloud.ts";

interface Behind {
  readonly calls: CallStore;
  /** From now on, eventually consistent reads miss the last write of each item. */
  readonly fallBehind: () => void;
}

function fake(): Behind {
  let isBehind = false;
  const table = new FakeTable({ lag: { now: () => 0, misses: () => isBehind } });
  return { calls: table.calls(), fallBehind: () => (isBehind = true) };
}

type Item = Readonly<Record<string, unknown>>;

/** The table with reads that are as it was before its last write, unless they are consistent. */
async function table(): Promise<Behind> {
  const table = await startTable();
  const { client, tableName } = table;
  let isBehind = false;
  let before: readonly Item[] = [];
  const isOf = (item: Item, key: Item) => item.pk === key.pk && item.sk === key.sk;
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    if (commandName === "PutItemCommand") {
      const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName }));
      before = Items;
    }
    const { RequestItems } = args.input as {
      RequestItems?: Record<string, { Keys: readonly Item[]; ConsistentRead?: boolean }>;
    };
    const asked = RequestItems?.[tableName];
    if (!isBehind || commandName !== "BatchGetItemCommand" || asked === undefined || asked.ConsistentRead)
      return await next(args);
    const found = before.filter((item) => asked.Keys.some((key) => isOf(item, key)));
    return { output: { $metadata: {}, Responses: { [tableName]: found } } as never, response: {} };
  });
  return { calls: callStore(table), fallBehind: () => (isBehind = true) };
}

describe.each<{ name: string; start: () => Behind | Promise<Behind> }>([
  { name: "the fake", start: fake },
  { name: "the table", start: table },
])("$name, as a store of calls whose reads are behind", ({ start }) => {
  it("finds a call queued that was just given back: nobody else would look at it until its deadline", async () => {
    const { calls, fallBehind } = await start();
    const [spec, other] = [specOf({ tid: randomUUID() }), specOf({ tid: randomUUID() })];
    await calls.add([spec, other]);
    const claimed = after(accept(spec), claim(1, "claim-1"));
    await calls.save({ call: claimed, version: 1 });
    const back = after(claimed, { type: "release_dial", token: "claim-1" });
    await calls.save({ call: back, version: 2 });
    fallBehind();
    const found = { spec, stored: { call: back, version: 3 } };
    expect((await calls.findQueued([spec.tid, other.tid])).get(spec.tid)).toEqual(found);
    expect((await calls.find([spec.tid, other.tid], { mayBeBehind: true })).get(spec.tid)).toEqual(found);
  });

  it("believes a look that may be behind of a call that the carrier has: it is never given back", async () => {
    const { calls, fallBehind } = await start();
    const [spec, other] = [specOf({ tid: randomUUID() }), specOf({ tid: randomUUID() })];
    await calls.add([spec, other]);
    const dialed = after(accept(spec), claim(1, "claim-1"), report(2, { type: "dialed", uuid: "uuid" }));
    await calls.save({ call: dialed, version: 1 });
    const ringing = after(dialed, report(3, { type: "leg", status: "ringing", uuid: "uuid" }));
    await calls.save({ call: ringing, version: 2 });
    fallBehind();
    expect((await calls.findQueued([spec.tid, other.tid])).get(spec.tid)).toBe("not_queued");
    const found = await calls.find([spec.tid, other.tid], { mayBeBehind: true });
    expect(found.get(spec.tid)).toEqual({ spec, stored: { call: dialed, version: 2 } });
  });
});
