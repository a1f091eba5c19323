import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, LONGEST_HOLD_MS, PERMITS, receiverOf, SLOW_AFTER_MS } from "../../src/callbacks/bulkhead.ts";

const nowMs = 1_000_000;
const ago = (...ages: number[]) => Object.fromEntries(ages.map((age, index) => [`p${index + 1}`, nowMs - age]));
const { p1, p2, p3 } = { p1: SLOW_AFTER_MS + 1, p2: SLOW_AFTER_MS + 2, p3: SLOW_AFTER_MS + 3 };

describe("the bulkhead of a receiver", () => {
  it("grants the first free permit", () => {
    expect(admit({ taken: {}, nowMs })).toEqual({ kind: "permit", permit: "p1" });
    expect(admit({ taken: ago(p1), nowMs })).toEqual({ kind: "permit", permit: "p2" });
    expect(admit({ taken: { p1: nowMs, p3: nowMs }, nowMs })).toEqual({ kind: "permit", permit: "p2" });
  });

  it("grants a permit whose holder never released it, once it has expired", () => {
    expect(admit({ taken: ago(0, LONGEST_HOLD_MS + 1, 0), nowMs })).toEqual({ kind: "permit", permit: "p2" });
    expect(admit({ taken: ago(0, LONGEST_HOLD_MS, 0), nowMs })).toEqual({ kind: "busy" });
  });

  it("is busy while a permit was acquired only just now", () => {
    expect(admit({ taken: ago(p1, SLOW_AFTER_MS, p3), nowMs })).toEqual({ kind: "busy" });
  });

  it("is slow when all permits have been held for long", () => {
    expect(admit({ taken: ago(p1, p2, p3), nowMs })).toEqual({ kind: "slow" });
  });

  it("never has more holders than permits", () => {
    const ages = fc.array(fc.integer({ min: 0, max: LONGEST_HOLD_MS }), { minLength: PERMITS, maxLength: PERMITS });
    fc.assert(fc.property(ages, (taken) => admit({ taken: ago(...taken), nowMs }).kind !== "permit"));
  });
});

describe("the id of a receiver", () => {
  const of = (applicationId: string, url: string) => receiverOf({ applicationId, url });

  it("is the same for every path of an application's server", () => {
    expect(of("app", "https://a.example/x?y")).toBe(of("app", "https://A.example:443/"));
  });

  it("differs by host, port and application", () => {
    const all = [
      of("app", "https://a.example"),
      of("app", "https://b.example"),
      of("app", "https://a.example:8443"),
      of("other", "https://a.example"),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it("always has the same length", () => {
    expect(of("a".repeat(10_000), "https://a.example")).toMatch(/^[\w-]{43}$/);
  });
});
