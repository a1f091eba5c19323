import { randomUUID } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { applicationStore } from "../../src/dynamodb/applications.ts";
import { keyOf } from "../../src/dynamodb/items.ts";
import { ownerStore } from "../../src/dynamodb/owners.ts";
import type { Applications } from "../../src/ports/applications.ts";
import type { Owners } from "../../src/ports/owners.ts";
import { FakeApplications } from "../../testing/applications.ts";
import { startTable } from "./local-cloud.ts";

const KEY = { pem: "a public key" };

describe.each<{ name: string; start: () => Promise<{ applications: Applications; owners: Owners }> }>([
  {
    name: "the fake",
    start: async () => {
      const fake = new FakeApplications();
      return { applications: fake.portFor(), owners: fake.ownersFor() };
    },
  },
  {
    name: "the table",
    start: async () => {
      const table = await startTable();
      return { applications: applicationStore(table), owners: ownerStore(table) };
    },
  },
])("$name, as what is known of applications", ({ start }) => {
  let applications: Applications;
  let owners: Owners;
  beforeAll(async () => {
    ({ applications, owners } = await start());
  });

  it("is nothing of an application that nobody has said anything of", async () => {
    expect(await applications.read(randomUUID())).toEqual({});
  });

  it("is what was written last, with the next revision", async () => {
    const id = randomUUID();
    expect(await applications.write(id, { seen: {}, next: { publicKeys: [KEY], account: "acme" } })).toBe(true);
    const seen = { publicKeys: [KEY], account: "acme", revision: 1 };
    expect(await applications.read(id)).toEqual(seen);
    expect(await applications.write(id, { seen, next: { publicKeys: [{ ...KEY, learned: true }] } })).toBe(true);
    expect(await applications.read(id)).toEqual({ publicKeys: [{ ...KEY, learned: true }], revision: 2 });
  });

  it("is not changed over what somebody else has changed since", async () => {
    const id = randomUUID();
    await applications.write(id, { seen: {}, next: { account: "one" } });
    expect(await applications.write(id, { seen: {}, next: { account: "other" } })).toBe(false);
    expect(await applications.write(id, { seen: { revision: 2 }, next: { account: "other" } })).toBe(false);
    expect(await applications.read(id)).toEqual({ account: "one", revision: 1 });
  });

  it("is changed by exactly one of many at once", async () => {
    const id = randomUUID();
    const changes = Array.from({ length: 10 }, (_, n) =>
      applications.write(id, { seen: {}, next: { account: String(n) } }),
    );
    expect((await Promise.all(changes)).filter(Boolean)).toHaveLength(1);
  });

  it("decides in whose loop its calls are", async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await applications.write(one, { seen: {}, next: { account: "acme" } });
    expect([await owners.ownerOf(one), await owners.ownerOf(other)]).toEqual(["account:acme", `app:${other}`]);
  });
});

describe("the table, in which another version has written of an application", () => {
  it("keeps what this version does not know", async () => {
    const table = await startTable();
    const applications = applicationStore(table);
    const Key = keyOf("application", { applicationId: "one" });
    const sets = { UpdateExpression: "SET account = :account, later = :later" };
    const values = { ExpressionAttributeValues: { ":account": "acme", ":later": "unknown" } };
    const update = new UpdateCommand({ TableName: table.tableName, Key, ...sets, ...values });
    await table.client.send(update);
    const seen = await applications.read("one");
    expect(seen).toEqual({ account: "acme" });
    expect(await applications.write("one", { seen, next: { ...seen, publicKeys: [KEY] } })).toBe(true);
    const look = { UpdateExpression: "SET looked = :looked", ExpressionAttributeValues: { ":looked": true } };
    const { Attributes } = await table.client.send(
      new UpdateCommand({ TableName: table.tableName, Key, ...look, ReturnValues: "ALL_OLD" }),
    );
    expect(Attributes).toEqual({ ...Key, account: "acme", later: "unknown", publicKeys: [KEY], revision: 1 });
  });

  it("says whose loop it is from the moment that is changed: a call in the old one would be dialed beside the new", async () => {
    const table = await startTable();
    await applicationStore(table).write("one", { seen: {}, next: { account: "acme" } });
    // A read that is not consistent finds what was there before.
    table.client.middlewareStack.add((next, { commandName }) => async (args) => {
      const isBehind = commandName === "GetItemCommand" && !(args.input as { ConsistentRead?: boolean }).ConsistentRead;
      return isBehind ? { output: { $metadata: {} }, response: {} } : await next(args);
    });
    expect(await ownerStore(table).ownerOf("one")).toBe("account:acme");
  });
});
