import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { admit, HELD_AT_MOST_MS, PLACES, receiverOf, SLOW_AFTER_MS } from "../src/receiver-places.ts";

const nowMs = 1_000_000;
const ago = (...ages: number[]) => Object.fromEntries(ages.map((age, index) => [`p${index + 1}`, nowMs - age]));
const { p1, p2, p3 } = { p1: SLOW_AFTER_MS + 1, p2: SLOW_AFTER_MS + 2, p3: SLOW_AFTER_MS + 3 };

describe("somebody who wants to wait for a receiver", () => {
  it("takes the first place that is free", () => {
    expect(admit({ taken: {}, nowMs })).toEqual({ kind: "place", place: "p1" });
    expect(admit({ taken: ago(p1), nowMs })).toEqual({ kind: "place", place: "p2" });
    expect(admit({ taken: { p1: nowMs, p3: nowMs }, nowMs })).toEqual({ kind: "place", place: "p2" });
  });

  it("takes a place that was never given back", () => {
    expect(admit({ taken: ago(0, HELD_AT_MOST_MS + 1, 0), nowMs })).toEqual({ kind: "place", place: "p2" });
    expect(admit({ taken: ago(0, HELD_AT_MOST_MS, 0), nowMs })).toEqual({ kind: "busy" });
  });

  it("finds it busy while one who waits has only just come", () => {
    expect(admit({ taken: ago(p1, SLOW_AFTER_MS, p3), nowMs })).toEqual({ kind: "busy" });
  });

  it("finds it slow when all of them have waited for long", () => {
    expect(admit({ taken: ago(p1, p2, p3), nowMs })).toEqual({ kind: "slow" });
  });

  it("never makes it more than there are places", () => {
    const ages = fc.array(fc.integer({ min: 0, max: HELD_AT_MOST_MS }), { minLength: PLACES, maxLength: PLACES });
    fc.assert(fc.property(ages, (taken) => admit({ taken: ago(...taken), nowMs }).kind !== "place"));
  });
});

describe("a receiver", () => {
  const of = (applicationId: string, url: string) => receiverOf({ applicationId, url });

  it("is an application's server, whatever is asked of it", () => {
    expect(of("app", "https://a.example/x?y")).toBe(of("app", "https://A.example:443/"));
  });

  it("is another one for another host, port or application", () => {
    const all = [
      of("app", "https://a.example"),
      of("app", "https://b.example"),
      of("app", "https://a.example:8443"),
      of("other", "https://a.example"),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it("has a name of one length", () => {
    expect(of("a".repeat(10_000), "https://a.example")).toMatch(/^[\w-]{43}$/);
  });
});
