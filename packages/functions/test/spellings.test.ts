import { expect, it } from "vitest";
import { spellings } from "./spellings.ts";

const SECRET = "7319502846?>~";

it.each(["utf8", "base64", "base64url"] as const)("a secret is found in %s wherever it stands", (encoding) => {
  for (const before of ["", "a", "bc", "def", "ghij"]) {
    const text = Buffer.from(`${before}${SECRET}, and more`).toString(encoding);
    expect(spellings(SECRET).some((spelling) => text.includes(spelling))).toBe(true);
  }
});

it("a secret is not found where it is not", () => {
  const text = Buffer.from("something else altogether").toString("base64");
  expect(spellings(SECRET).some((spelling) => text.includes(spelling))).toBe(false);
});
