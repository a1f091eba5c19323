import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hopSeconds, LONGEST_HOP_SECONDS } from "../src/later.ts";
import { carrierNumber, maskNumber } from "../src/phone.ts";
import { pinHash, pinMatches } from "../src/pin.ts";
import { isGenuine, webhookUrl } from "../src/webhook-address.ts";
import { TID } from "./given.ts";

const key = new Uint8Array(32).fill(7);
const other = "9b241101-e2bb-4255-8caf-4136c566a962";

describe("a webhook's address", () => {
  const url = webhookUrl({ baseUrl: "https://hooks.example/", key, tid: TID, purpose: { kind: "digits", attempt: 2 } });
  const token = url.split("/").at(-1) ?? "";
  const genuine = { key, tid: TID, purpose: { kind: "digits", attempt: 2 }, token } as const;

  it("names the call, the attempt and a token", () => {
    expect(url).toMatch(new RegExp(`^https://hooks.example/calls/${TID}/digits/2/[\\w-]{43}$`));
    expect(isGenuine(genuine)).toBe(true);
  });

  it("is worth nothing with another call, attempt, purpose, key or token", () => {
    expect(isGenuine({ ...genuine, tid: other })).toBe(false);
    expect(isGenuine({ ...genuine, purpose: { kind: "digits", attempt: 3 } })).toBe(false);
    expect(isGenuine({ ...genuine, purpose: { kind: "status" } })).toBe(false);
    expect(isGenuine({ ...genuine, key: new Uint8Array(32) })).toBe(false);
    expect(isGenuine({ ...genuine, token: `${token}=` })).toBe(false);
    expect(isGenuine({ ...genuine, token: token.slice(0, -1) })).toBe(false);
    expect(isGenuine({ ...genuine, token: "" })).toBe(false);
  });
});

describe("a PIN's hash", () => {
  const hash = pinHash({ key, tid: TID, pin: "1234" });

  it("matches the PIN of its own call alone", () => {
    expect(pinMatches({ key, tid: TID, pin: "1234", hash })).toBe(true);
    expect(pinMatches({ key, tid: TID, pin: "1235", hash })).toBe(false);
    expect(pinMatches({ key, tid: TID, pin: "", hash })).toBe(false);
    expect(pinMatches({ key, tid: other, pin: "1234", hash })).toBe(false);
    expect(pinMatches({ key: new Uint8Array(32), tid: TID, pin: "1234", hash })).toBe(false);
  });
});

describe("a number", () => {
  it("goes to the carrier without its plus", () => {
    expect(carrierNumber("+447700900001")).toBe("447700900001");
    expect(carrierNumber("447700900001")).toBe("447700900001");
  });

  it("is seen by its first and last two digits", () => {
    expect(maskNumber("+447700900001")).toBe("+44********01");
    expect(maskNumber("447700900001")).toBe("+44********01");
  });
});

describe("a hop towards a time", () => {
  const now = new Date("2026-01-01T00:00:00.000Z");
  const inMs = (ms: number) => new Date(now.getTime() + ms);

  it("is never early, never longer than the queue can delay, and never negative", () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000_000, max: 10_000_000_000 }), (ms) => {
        const seconds = hopSeconds({ now, notBefore: inMs(ms) });
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(LONGEST_HOP_SECONDS);
        if (seconds < LONGEST_HOP_SECONDS) expect(seconds * 1000).toBeGreaterThanOrEqual(ms);
      }),
    );
  });

  it("is rounded up to a whole second", () => {
    expect(hopSeconds({ now, notBefore: inMs(1) })).toBe(1);
    expect(hopSeconds({ now, notBefore: inMs(1000) })).toBe(1);
    expect(hopSeconds({ now, notBefore: inMs(0) })).toBe(0);
  });
});
