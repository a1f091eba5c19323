import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { carrierNumber, maskNumber } from "../../src/call/phone.ts";
import { hopSeconds, LONGEST_HOP_SECONDS } from "../../src/contracts/hop.ts";
import { type Keys, keyId } from "../../src/security/keys.ts";
import { pinHash, pinMatches } from "../../src/security/pin.ts";
import { readWebhookPath, type WebhookPurpose, webhookUrl } from "../../src/security/webhook-address.ts";
import { TID } from "../call/given.ts";

const key = new Uint8Array(32).fill(7);
const newer = new Uint8Array(32).fill(8);
const gone = new Uint8Array(32).fill(9);
const other = "9b241101-e2bb-4255-8caf-4136c566a962";

describe("a webhook's address", () => {
  const baseUrl = "https://hooks.example";
  const pathOf = (purpose: WebhookPurpose) => webhookUrl({ baseUrl, key, tid: TID, purpose }).slice(baseUrl.length);
  const read = (path: string, keys: Keys = [key]) => readWebhookPath({ path, keys });
  const digits = pathOf({ kind: "digits", attempt: 2 });
  const of = { applicationId: "app", batchId: "b-1" };
  const status = pathOf({ kind: "status", of });

  it("names the call, the attempt and a token, below an address that may end in a slash", () => {
    expect(digits).toMatch(new RegExp(`^/calls/${TID}/digits/2/[\\w-]{43}$`));
    const purpose = { kind: "digits", attempt: 2 } as const;
    expect(webhookUrl({ baseUrl: `${baseUrl}/`, key, tid: TID, purpose })).toBe(`${baseUrl}${digits}`);
  });

  it("names whose call it is, where it is for a status", () => {
    expect(status).toMatch(new RegExp(`^/calls/${TID}/status/app/b-1/[\\w-]{43}$`));
  });

  it.each<WebhookPurpose>([
    { kind: "digits", attempt: 0 },
    { kind: "digits", attempt: 2 },
    { kind: "digits", attempt: 2, dial: 3 },
    { kind: "status" },
    { kind: "status", of: { applicationId: "app" } },
    { kind: "status", of },
    { kind: "status", of, dial: 2 },
  ])("is read as what it was made of: %j", (purpose) => {
    expect(read(pathOf(purpose))).toEqual({ tid: TID, purpose });
  });

  it.each([
    ["call", digits.replace(TID, other)],
    ["attempt", digits.replace("/2/", "/3/")],
    ["spelling of its attempt", digits.replace("/2/", "/02/")],
    ["spelling of its call", digits.replace("-", "%2D")],
    ["dial", digits.replace("/digits/", "/dial/1/digits/")],
    ["purpose", digits.replace("/digits/", "/status/")],
    ["purpose that names nobody", digits.replace("/digits/2/", "/status/")],
    ["application", status.replace("/app/", "/other/")],
    ["batch", status.replace("/b-1/", "/b-2/")],
    ["status of no batch", status.replace("/b-1/", "/")],
    ["token that is longer", `${digits}=`],
    ["token that is shorter", digits.slice(0, -1)],
    ["token of one character", digits.replace(/[^/]+$/, "A")],
    ["token of characters of more than one byte", digits.replace(/[^/]+$/, "ä".repeat(43))],
  ])("is not genuine with another %s", (_, path) => {
    expect(read(path)).toEqual({ wrong: "token" });
  });

  it.each([
    "",
    "/",
    "/calls",
    `/calls/${TID}`,
    `/calls/${TID}/status`,
    `/calls/${TID}/digits`,
    `/calls/${TID}/digits/2`,
    `/calls/${TID}/dial/2`,
    `/calls/${TID}/dial/2/status/token`,
    `/calls/${TID}/heard/2/token`,
    digits.replace(TID, ""),
    digits.replace("/2/", "/2/2/"),
    digits.replace("/calls/", "/Calls/"),
    status.replace("/b-1/", "//"),
    status.replace("/b-1/", "/b-1/b-2/"),
    `${digits}/`,
    `/v1${digits}`,
  ])("looks like none of ours: %s", (path) => {
    expect(read(path)).toEqual({ wrong: "shape" });
  });

  it("is genuine whichever of the keys it was made with", () => {
    for (const keys of [[newer, key] as const, [key, newer] as const])
      expect(read(digits, keys)).toMatchObject({ tid: TID });
    expect(read(digits, [newer, gone])).toEqual({ wrong: "token" });
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
