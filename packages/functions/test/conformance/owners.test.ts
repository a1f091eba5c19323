import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { ownerStore } from "../../src/dynamodb/owners.ts";
import type { Owners } from "../../src/ports/owners.ts";
import { fakeOwners } from "../../testing/loops.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<Owners> }>([
  { name: "the fake", start: async () => fakeOwners() },
  { name: "the table", start: async () => ownerStore(await startTable()) },
])("$name, as the owners of loops", ({ start }) => {
  let owners: Owners;
  beforeAll(async () => {
    owners = await start();
  });

  it("has each application own its loop", async () => {
    expect(await owners.ownerOf("one")).toBe("app:one");
  });

  it("has applications of one account share its loop, from when they are said to", async () => {
    const [one, other, account] = [randomUUID(), randomUUID(), randomUUID()] as const;
    for (const applicationId of [one, other]) await owners.setAccount({ applicationId, account });
    expect([await owners.ownerOf(one), await owners.ownerOf(other)]).toEqual([
      `account:${account}`,
      `account:${account}`,
    ]);
  });
});

describe("the table, whose other reads are behind", () => {
  it("says whose loop it is from the moment that is changed: a call in the old one would be dialed beside the new", async () => {
    const table = await startTable();
    const owners = ownerStore(table);
    await owners.setAccount({ applicationId: "one", account: "acme" });
    // A read that is not consistent finds what was there before.
    table.client.middlewareStack.add((next, { commandName }) => async (args) => {
      const isBehind = commandName === "GetItemCommand" && !(args.input as { ConsistentRead?: boolean }).ConsistentRead;
      return isBehind ? { output: { $metadata: {} }, response: {} } : await next(args);
    });
    expect(await owners.ownerOf("one")).toBe("account:acme");
  });
});
