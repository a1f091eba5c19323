import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isApiKey, parseApiKeyHashes } from "../../src/security/api-key.ts";

const hashOf = (key: string) => createHash("sha256").update(key).digest("hex");

describe("API keys", () => {
  it.each([",", "\n", " , "])("are known by their hashes, apart by %j", (separator) => {
    const hashes = parseApiKeyHashes(["one", "two"].map(hashOf).join(separator));
    if ("wrong" in hashes) throw new Error(hashes.wrong);
    expect(["one", "two", "three", "", hashOf("one")].map((key) => isApiKey(key, hashes))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  it("are said to be wrong by their place, not by their value", () => {
    expect(parseApiKeyHashes(`${hashOf("one")} secret`)).toEqual({ wrong: "entry 2 is no SHA-256 in hex" });
  });
});
