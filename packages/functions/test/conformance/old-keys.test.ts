import { beforeAll, describe, expect, it } from "vitest";
import { oldKeyStore } from "../../src/dynamodb/old-keys.ts";
import type { OldKeys } from "../../src/ports/old-keys.ts";
import { FakeOldKeys } from "../../testing/old-keys.ts";
import { startTable } from "./local-cloud.ts";

describe.each<{ name: string; start: () => Promise<OldKeys> }>([
  { name: "the fake", start: async () => new FakeOldKeys().portFor() },
  { name: "the table", start: async () => oldKeyStore(await startTable()) },
])("$name, as the API keys of the deprecated API", ({ start }) => {
  let oldKeys: OldKeys;
  beforeAll(async () => {
    oldKeys = await start();
  });
  const record = (applicationId: string) => ({ applicationId, salt: "s", check: "c", sealedKey: "k" });

  it("has one registered until it is withdrawn, the last time counts", async () => {
    expect(await oldKeys.read("abcd1234")).toBeUndefined();
    await oldKeys.write("abcd1234", record("one"));
    await oldKeys.write("abcd1234", record("other"));
    expect(await oldKeys.read("abcd1234")).toEqual(record("other"));
    expect(await oldKeys.read("ABCD1234")).toBeUndefined();
    await oldKeys.write("abcd1234", undefined);
    await oldKeys.write("abcd1234", undefined);
    expect(await oldKeys.read("abcd1234")).toBeUndefined();
  });
});
