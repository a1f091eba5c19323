import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { tableDocument } from "../../../../tools/commands/table-document.ts";
import { expiryOf, ITEMS, keyOf, pkOf } from "../../src/dynamodb/items.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, epoch } from "../given.ts";

it("the catalogue of the table says what the code does (if not: npm run events)", async () => {
  const page = await readFile(new URL("../../../../docs/versions.md", import.meta.url), "utf8");
  expect(tableDocument({ page })).toBe(page);
  for (const { pk, sk } of Object.values(ITEMS)) expect(page).toContain(`\`${pk}\`, \`${sk}\``);
});

describe("the key of an item", () => {
  it("is the one that the table has of it, whatever version of the code wrote it", () => {
    const notBefore = at(3);
    expect([
      keyOf("spec", { tid: "t" }),
      keyOf("state", { tid: "t" }),
      keyOf("callback", { subject: "call", id: "t" }),
      keyOf("callback", { subject: "batch", id: "b" }),
      keyOf("batch", { id: "b" }),
      keyOf("waiting", { owner: "app:a", notBefore, tid: "t" }),
      keyOf("loop", { owner: "app:a" }),
      keyOf("application", { applicationId: "a" }),
      keyOf("idempotency", { applicationId: "a", keyHash: "h" }),
      keyOf("checkpoint", { key: "k" }),
      keyOf("carrierRate", { owner: "app:a" }),
      keyOf("bulkhead", { receiver: "r" }),
    ]).toEqual([
      { pk: "call#t", sk: "spec" },
      { pk: "call#t", sk: "state" },
      { pk: "call#t", sk: "callback" },
      { pk: "batch#b", sk: "callback" },
      { pk: "batch#b", sk: "batch" },
      { pk: "wait#app:a", sk: `${notBefore}#t` },
      { pk: "loop#app:a", sk: "loop" },
      { pk: "application#a", sk: "application" },
      { pk: "idem#a#h", sk: "attempt" },
      { pk: "hop#k", sk: "hop" },
      { pk: "carrier#app:a", sk: "room" },
      { pk: "receiver#r", sk: "places" },
    ]);
    expect(pkOf("waiting", { owner: "app:a" })).toBe("wait#app:a");
  });

  it("takes names as they are, also such as look like a pattern", () => {
    expect(keyOf("idempotency", { applicationId: "<keyHash>$&", keyHash: "h" }).pk).toBe("idem#<keyHash>$&#h");
  });

  it("is of one kind alone", () => {
    const patterns = Object.values(ITEMS).map(({ pk, sk }) => `${pk} ${sk}`);
    expect(new Set(patterns).size).toBe(patterns.length);
  });
});

it("an item is kept from when it is written, for as long as its kind is", () => {
  const options = { clock: fakeClock(at(0)), retentionDays: 30 };
  expect(expiryOf("state", options)).toBe(epoch(0) + 30 * 24 * 3_600);
  expect(expiryOf("loop", options)).toBe(epoch(0) + 366 * 24 * 3_600);
  expect(expiryOf("bulkhead", options)).toBe(epoch(0) + 60);
});
