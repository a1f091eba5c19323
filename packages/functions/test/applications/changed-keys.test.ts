import { describe, expect, it } from "vitest";
import { changedKinds } from "../../src/applications/changed-keys.ts";

const registered = { pem: "a" };
const own = { pem: "b", own: true };
const learned = { pem: "c", learned: true };

describe("the kinds of keys that have changed", () => {
  it.each([
    ["a first key of an operator", {}, { publicKeys: [registered] }, ["registered"]],
    ["one that takes the place of a learned one", { publicKeys: [learned] }, { publicKeys: [own] }, ["own", "learned"]],
    [
      "an operator's, which was the application's own",
      { publicKeys: [own] },
      { publicKeys: [{ pem: "b" }] },
      ["registered", "own"],
    ],
    ["one that is withdrawn", { publicKeys: [registered, own] }, { publicKeys: [own] }, ["registered"]],
    [
      "the same in another order",
      { publicKeys: [registered, { pem: "d" }] },
      { publicKeys: [{ pem: "d" }, registered] },
      [],
    ],
    ["none, and no list", { publicKeys: [] }, { account: "acme" }, []],
  ])("are, after %s", (_, seen, next, kinds) => {
    expect(changedKinds({ seen, next })).toEqual(kinds);
  });
});
