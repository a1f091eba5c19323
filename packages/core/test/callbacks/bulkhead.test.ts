import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  admit as admitTo,
  LONGEST_HOLD_MS,
  PERMITS,
  PERMITS_OF_HOST,
  receiversOf,
  SLOW_AFTER_MS,
} from "../../src/callbacks/bulkhead.ts";

const nowMs = 1_000_000;
const admit = (given: Omit<Parameters<typeof admitTo>[0], "permits">) => admitTo({ ...given, permits: PERMITS });
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

describe("the bulkheads that a result has to pass", () => {
  const of = (applicationId: string, url: string, concurrency = 100) =>
    receiversOf({ applicationId, url, concurrency });

  it("are the same for every path of an application's server", () => {
    expect(of("app", "https://a.example/x?y")).toEqual(of("app", "https://A.example:443/"));
  });

  it("are one of the server, for each application, and one of the host, for all of them", () => {
    const all = ["https://a.example", "https://b.example", "https://a.example:8443", "https://a.example."].flatMap(
      (url) => [of("app", url), of("other", url)],
    );
    expect(new Set(all.map(([own]) => own?.id)).size).toBe(8);
    expect(new Set(all.map(([, host]) => host?.id)).size).toBe(2);
    expect(new Set(all.flat().map(({ id }) => id)).size).toBe(10);
  });

  it("leave room at a host that one application alone has filled as far as it may", () => {
    const permits = of("app", "https://a.example").map((one) => one.permits);
    expect(permits).toEqual([PERMITS, PERMITS_OF_HOST]);
    expect(PERMITS_OF_HOST).toBeGreaterThan(PERMITS);
    expect(admitTo({ taken: ago(p1, p2, p3), nowMs, permits: PERMITS_OF_HOST })).toEqual({
      kind: "permit",
      permit: "p4",
    });
  });

  it.each([
    [2, [1, 1]],
    [3, [1, 2]],
    [4, [2, 3]],
    [5, [3, 4]],
    [100, [3, 4]],
  ])("leave to other hosts one of %i invocations, and to other applications one more if there is", (all, permits) => {
    expect(of("app", "https://a.example", all).map((one) => one.permits)).toEqual(permits);
  });

  it("have ids that are always of the same length", () => {
    for (const { id } of of("a".repeat(10_000), "https://a.example")) expect(id).toMatch(/^[\w-]{43}$/);
  });
});
