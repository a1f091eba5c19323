import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carrierNumber, maskNumber } from "../../src/call/phone.ts";
import { hopSeconds, LONGEST_HOP_SECONDS } from "../../src/contracts/hop.ts";
import { keyId } from "../../src/security/keys.ts";
import { pinHash, pinMatches } from "../../src/security/pin.ts";
import { isGenuine, webhookUrl } from "../../src/security/webhook-address.ts";
import { TID } from "../call/given.ts";

const key = new Uint8Array(32).fill(7);
const newer = new Uint8Array(32).fill(8);
const gone = new Uint8Array(32).fill(9);
const other = "9b241101-e2bb-4255-8caf-4136c566a962";

describe("a webhook's address", () => {
  const url = webhookUrl({ baseUrl: "https://hooks.example/", key, tid: TID, purpose: { kind: "digits", attempt: 2 } });
  const token = url.split("/").at(-1) ?? "";
  const genuine = { keys: [key], tid: TID, purpose: { kind: "digits", attempt: 2 }, token } as const;

  it("names the call, the attempt and a token", () => {
    expect(url).toMatch(new RegExp(`^https://hooks.example/calls/${TID}/digits/2/[\\w-]{43}$`));
    expect(isGenuine(genuine)).toBe(true);
  });

  it("is refused with another call, attempt, purpose, key or token", () => {
    expect(isGenuine({ ...genuine, tid: other })).toBe(false);
    expect(isGenuine({ ...genuine, purpose: { kind: "digits", attempt: 3 } })).toBe(false);
    for (const of of [undefined, { applicationId: "app" }, { applicationId: "app", batchId: "b" }])
      expect(isGenuine({ ...genuine, purpose: { kind: "status", ...(of && { of }) } })).toBe(false);
    expect(isGenuine({ ...genuine, keys: [newer] })).toBe(false);
    expect(isGenuine({ ...genuine, token: `${token}=` })).toBe(false);
    expect(isGenuine({ ...genuine, token: token.slice(0, -1) })).toBe(false);
    expect(isGenuine({ ...genuine, token: "" })).toBe(false);
  });

  it("names whose call it is, where it is for a status, and is refused with another", () => {
    const of = { applicationId: "app", batchId: "b-1" };
    const url = webhookUrl({ baseUrl: "https://hooks.example", key, tid: TID, purpose: { kind: "status", of } });
    expect(url).toMatch(new RegExp(`^https://hooks.example/calls/${TID}/status/app/b-1/[\\w-]{43}$`));
    const status = { keys: [key] as const, tid: TID, token: url.split("/").at(-1) ?? "" };
    expect(isGenuine({ ...status, purpose: { kind: "status", of } })).toBe(true);
    for (const others of [
      undefined,
      { applicationId: "app" },
      { ...of, batchId: "b-2" },
      { ...of, applicationId: "other" },
    ])
      expect(isGenuine({ ...status, purpose: { kind: "status", ...(others && { of: others }) } })).toBe(false);
  });

  it("is genuine whichever of the keys it was made with", () => {
    expect(isGenuine({ ...genuine, keys: [newer, key] })).toBe(true);
    expect(isGenuine({ ...genuine, keys: [key, newer] })).toBe(true);
    expect(isGenuine({ ...genuine, keys: [newer, gone] })).toBe(false);
  });
});

describe("a PIN's hash", () => {
  const hash = pinHash({ key, tid: TID, pin: "1234" });
  const right = { keys: [key], tid: TID, pin: "1234", hash, hashedWith: keyId(key) } as const;

  it("matches the PIN of its own call alone", () => {
    expect(pinMatches(right)).toBe(true);
    expect(pinMatches({ ...right, pin: "1235" })).toBe(false);
    expect(pinMatches({ ...right, pin: "" })).toBe(false);
    expect(pinMatches({ ...right, tid: other })).toBe(false);
    expect(pinMatches({ ...right, hash: pinHash({ key: newer, tid: TID, pin: "1234" }) })).toBe(false);
  });

  it("is compared with the key it was made with, wherever that is in the list", () => {
    expect(pinMatches({ ...right, keys: [newer, key] })).toBe(true);
    expect(pinMatches({ ...right, keys: [newer, key], pin: "1235" })).toBe(false);
  });

  it("gives no verdict when its key is not listed, or the right PIN would count as wrong", () => {
    expect(pinMatches({ ...right, keys: [newer, gone] })).toBeUndefined();
  });

  it("that names no key is compared with every key", () => {
    const unnamed = { ...right, hashedWith: undefined };
    expect(pinMatches({ ...unnamed, keys: [newer, key] })).toBe(true);
    expect(pinMatches({ ...unnamed, keys: [newer, key], pin: "1235" })).toBe(false);
    expect(pinMatches({ ...unnamed, keys: [newer] })).toBe(false);
  });
});

describe("the id of a key", () => {
  it("is short, differs by key, and reveals nothing of it", () => {
    expect(keyId(key)).toMatch(/^[\w-]{8}$/);
    expect(keyId(Uint8Array.from(key))).toBe(keyId(key));
    expect(keyId(newer)).not.toBe(keyId(key));
    expect(Buffer.from(key).toString("base64url")).not.toContain(keyId(key));
  });
});

describe("a number", () => {
  it("goes to the carrier without its plus", () => {
    expect(carrierNumber("+447700900001")).toBe("447700900001");
    expect(carrierNumber("447700900001")).toBe("447700900001");
  });

  it("is masked except for its first and last two digits", () => {
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
