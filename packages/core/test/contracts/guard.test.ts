import { describe, expect, it } from "vitest";
import { ApplicationGuardSchema, guardFields, guardOfFields, readApplicationGuard } from "../../src/contracts/guard.ts";
import { GuardSettings, policyOf } from "../../src/contracts/settings/guard.ts";
import { GUARD } from "../guard/given.ts";

const FIELDS = {
  allowed_prefixes: ["44", "33"],
  denied_prefixes: ["4487"],
  denied_kinds: ["satellite"],
  calls_per_day: 500,
  max_price: "0.25",
};

describe("what an operator writes of an application", () => {
  it("is read from names in snake_case, and shown like that", () => {
    const guard = ApplicationGuardSchema.parse(guardOfFields(FIELDS));
    expect(guard).toEqual({
      allowedPrefixes: ["44", "33"],
      deniedPrefixes: ["4487"],
      deniedKinds: ["satellite"],
      callsPerDay: 500,
      maxPrice: "0.25",
    });
    expect(guardFields(guard)).toEqual(FIELDS);
  });

  it.each([
    ["a prefix with +", { allowed_prefixes: ["+44"] }],
    ["a prefix that is a number", { allowed_prefixes: [44] }],
    ["a kind that there is not", { denied_kinds: ["mobile"] }],
    ["no calls at all", { calls_per_day: 0 }],
    ["an amount that is a number", { max_price: 0.25 }],
    ["no object", "44"],
    ["a list", []],
  ])("is refused where it has %s", (_, fields) => {
    expect(ApplicationGuardSchema.safeParse(guardOfFields(fields)).success).toBe(false);
  });
});

describe("what an operator writes on a command line", () => {
  it("is JSON with the same names", () => {
    expect(readApplicationGuard(JSON.stringify(FIELDS))).toEqual({
      guard: ApplicationGuardSchema.parse(guardOfFields(FIELDS)),
    });
    expect(readApplicationGuard("{}")).toEqual({ guard: {} });
  });

  it.each(["", "44", "{", '{"allow": ["44"]}', '{"max_price": 1}'])("is refused, with a word of why: %s", (written) => {
    expect(readApplicationGuard(written)).toEqual({
      wrong: expect.stringMatching(/^The guard must be JSON, as .+: .+/),
    });
  });
});

describe("what holds for an application", () => {
  it("is what the stage says, where it has no word of its own", () => {
    expect(policyOf({ stage: GUARD })).toEqual({ ...GUARD, deniedPrefixes: [] });
  });

  it("is its own word, beside what the stage denies by prefix", () => {
    const stage = GuardSettings.parse({ ...GUARD, callsPerDay: 10, deniedPrefixes: ["979"], maxPrice: "5" });
    expect(policyOf({ stage, application: { callsPerDay: 20, deniedPrefixes: ["44"], deniedKinds: [] } })).toEqual({
      ...stage,
      callsPerDay: 20,
      deniedPrefixes: ["979", "44"],
      deniedKinds: [],
    });
  });
});
