import { describe, expect, it } from "vitest";
import type { ApplicationGuard } from "../../src/contracts/guard.ts";
import { policyOf } from "../../src/contracts/settings/guard.ts";
import { forbidden, mostMicros } from "../../src/guard/judge.ts";
import { GUARD } from "./given.ts";

const callee = (digits: string, kind?: "premium" | "satellite") => ({ digits, kind });
const under = (application: ApplicationGuard) => policyOf({ stage: GUARD, application });

describe("a number", () => {
  it("is called where nobody has said anything of it", () => {
    expect(forbidden(callee("447700900001"), GUARD)).toBeUndefined();
  });

  it("is not called where it is premium or of a satellite", () => {
    expect(forbidden(callee("449098790000", "premium"), GUARD)).toBe("premium_destination");
    expect(forbidden(callee("881612345678", "satellite"), GUARD)).toBe("satellite_destination");
  });

  it("is called all the same for an application that may call its kind", () => {
    const policy = under({ deniedKinds: ["satellite"] });
    expect(forbidden(callee("449098790000", "premium"), policy)).toBeUndefined();
    expect(forbidden(callee("881612345678", "satellite"), policy)).toBe("satellite_destination");
  });

  it.each<[string, ApplicationGuard, string]>([
    ["begins with none of the prefixes allowed", { allowedPrefixes: ["33", "49"] }, "destination_not_allowed"],
    ["begins with one that is denied", { deniedPrefixes: ["4477"] }, "destination_denied"],
    ["begins with one of both", { allowedPrefixes: ["44"], deniedPrefixes: ["4477"] }, "destination_denied"],
  ])("is not called where it %s", (_, application, refusal) => {
    expect(forbidden(callee("447700900001"), under(application))).toBe(refusal);
  });

  it("is called where it begins with a prefix that is allowed, and with none that is denied", () => {
    expect(forbidden(callee("447700900001"), under({ allowedPrefixes: ["33", "44"], deniedPrefixes: ["441"] }))).toBe(
      undefined,
    );
  });

  it("is not called where the stage denies it, whatever its application allows", () => {
    const stage = { ...GUARD, deniedPrefixes: ["447"] };
    const application = { allowedPrefixes: ["447"], deniedPrefixes: ["33"] };
    expect(forbidden(callee("447700900001"), policyOf({ stage, application }))).toBe("destination_denied");
    expect(forbidden(callee("33612345678"), policyOf({ stage, application }))).toBe("destination_denied");
  });
});

describe("the most that a request may cost", () => {
  it.each([
    ["nothing, where nobody says", undefined, undefined, undefined],
    ["what its sender says", "0.5", undefined, 500_000],
    ["what the operator says", undefined, "2", 2_000_000],
    ["the less of the two", "0.5", "0.25", 250_000],
  ])("is %s", (_, asked, maxPrice, micros) => {
    expect(mostMicros({ asked, policy: under(maxPrice === undefined ? {} : { maxPrice }) })).toBe(micros);
  });
});
