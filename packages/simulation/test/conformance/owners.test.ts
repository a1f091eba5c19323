import { randomUUID } from "node:crypto";
import { ownerStore } from "@promptcall/functions/adapters/owners";
import type { Owners } from "@promptcall/functions/ports/owners";
import { beforeAll, describe, expect, it } from "vitest";
import { ownersTwin } from "../../src/twins/loops.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<Owners> }>([
  { name: "the twin", start: async () => ownersTwin() },
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
