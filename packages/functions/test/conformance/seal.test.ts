import type { Keys } from "@promptcall/core/security/keys";
import fc from "fast-check";
import { CompactEncrypt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { SealError } from "../../src/errors.ts";
import type { Seal } from "../../src/ports/seal.ts";
import { seal } from "../../src/security/seal.ts";
import { fakeSeal } from "../../testing/seal.ts";
import { CREDENTIAL, KEYS, OTHER_TID, TID } from "../given.ts";

const CANNOT = new SealError("the credential cannot be opened");
const UNLISTED = new SealError("the credential was sealed with a key that is not listed");
const ANOTHERS = new SealError("the credential belongs to another call");

const OTHER_KEY = new Uint8Array(32).fill(14);

const fake = { name: "the fake", sealWith: fakeSeal };
const jose = { name: "the real one", sealWith: seal };

describe.each<{ name: string; sealWith: (keys: Keys) => Seal }>([fake, jose])("$name, as a seal", ({ sealWith }) => {
  const ours = sealWith([KEYS.seal]);

  it("opens whatever it sealed for the same call", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.uuid(), async (credential, tid) => {
        expect(await ours.open(await ours.seal(credential, tid), tid)).toBe(credential);
      }),
    );
  });

  it("does not open for another call", async () => {
    await expect(ours.open(await ours.seal(CREDENTIAL, TID), OTHER_TID)).rejects.toEqual(ANOTHERS);
  });

  it("does not open for another call by renaming its own", async () => {
    const sealed = await ours.seal(CREDENTIAL, TID);
    const header = encoded({ ...decodeProtectedHeader(sealed), tid: OTHER_TID });
    await expect(ours.open(sealed.replace(/^[^.]+/, header), OTHER_TID)).rejects.toEqual(CANNOT);
  });

  it("does not open with another key", async () => {
    const sealed = await ours.seal(CREDENTIAL, TID);
    await expect(sealWith([OTHER_KEY]).open(sealed, TID)).rejects.toEqual(UNLISTED);
  });

  it("opens to nothing else, whichever character of it was altered", async () => {
    const sealed = await ours.seal("a.b.c", TID);
    for (const index of sealed.split("").keys()) {
      const altered = sealed.slice(0, index) + (sealed[index] === "A" ? "B" : "A") + sealed.slice(index + 1);
      const opened = await ours.open(altered, TID).catch((error: unknown) => error);
      // The last character of a part has bits to spare, which may carry nothing.
      if (opened !== "a.b.c") expect([CANNOT, UNLISTED]).toContainEqual(opened);
      else expect(sealed.slice(index + 1)).toMatch(/^(\.|$)/);
    }
  });

  it.each([
    ["cut short", (sealed: string) => sealed.slice(0, -4)],
    ["longer", (sealed: string) => `${sealed}.AAAA`],
    ["with a character that is none of its alphabet", (sealed: string) => sealed.replace(/\.([^.]+)$/, ".!$1")],
    ["with a key of its own", (sealed: string) => sealed.replace("..", ".AAAA.")],
    ["without its tag", (sealed: string) => sealed.replace(/[^.]+$/, "")],
    ["empty", () => ""],
    ["a bare credential", () => CREDENTIAL],
  ])("does not open when it is %s", async (_, change) => {
    await expect(ours.open(change(await ours.seal(CREDENTIAL, TID)), TID)).rejects.toEqual(CANNOT);
  });

  it.each(["utf8", "base64", "base64url", "hex"] as const)(
    "holds nothing of the credential in %s",
    async (encoding) => {
      const sealed = await ours.seal(CREDENTIAL, TID);
      for (const part of [CREDENTIAL, ...CREDENTIAL.split(".")])
        expect(sealed).not.toContain(Buffer.from(part).toString(encoding).replace(/=+$/, ""));
    },
  );

  it("is not the same for two calls, nor for two credentials", async () => {
    const sealed = [
      await ours.seal(CREDENTIAL, TID),
      await ours.seal(CREDENTIAL, OTHER_TID),
      await ours.seal("a.b.c", TID),
    ].map((whole) => whole.split(".").slice(2).join("."));
    expect(new Set(sealed).size).toBe(3);
  });

  describe("of several keys", () => {
    const moved = sealWith([OTHER_KEY, KEYS.seal]);

    it("seals with the first", async () => {
      const sealed = await moved.seal(CREDENTIAL, TID);
      expect(await sealWith([OTHER_KEY]).open(sealed, TID)).toBe(CREDENTIAL);
      await expect(ours.open(sealed, TID)).rejects.toEqual(UNLISTED);
    });

    it("opens what was sealed with any, for the same call alone", async () => {
      const [before, after] = [await ours.seal(CREDENTIAL, TID), await moved.seal(CREDENTIAL, TID)];
      for (const keys of [[OTHER_KEY, KEYS.seal] as const, [KEYS.seal, OTHER_KEY] as const])
        for (const sealed of [before, after]) {
          expect(await sealWith(keys).open(sealed, TID)).toBe(CREDENTIAL);
          await expect(sealWith(keys).open(sealed, OTHER_TID)).rejects.toEqual(ANOTHERS);
        }
    });

    it("names the key it sealed with by what says nothing of it", async () => {
      const { kid } = decodeProtectedHeader(await moved.seal(CREDENTIAL, TID));
      expect(kid).toMatch(/^[\w-]{8}$/);
      expect(kid).not.toBe(decodeProtectedHeader(await ours.seal(CREDENTIAL, TID)).kid);
      expect(Buffer.from(OTHER_KEY).toString("base64url")).not.toContain(kid);
    });

    it("does not open what names another of them than it was sealed with", async () => {
      const [before, after] = [await ours.seal(CREDENTIAL, TID), await moved.seal(CREDENTIAL, TID)];
      const misnamed = before.replace(/^[^.]+/, after.replace(/\..*$/, ""));
      await expect(moved.open(misnamed, TID)).rejects.toEqual(CANNOT);
    });

    it("opens what names no key with whichever it was sealed with", async () => {
      expect(await moved.open(await unnamed(KEYS.seal), TID)).toBe(CREDENTIAL);
      expect(await moved.open(await unnamed(OTHER_KEY), TID)).toBe(CREDENTIAL);
      await expect(moved.open(await unnamed(KEYS.pin), TID)).rejects.toEqual(CANNOT);
      await expect(moved.open(await unnamed(KEYS.seal), OTHER_TID)).rejects.toEqual(ANOTHERS);
    });
  });
});

const encoded = (header: object) => Buffer.from(JSON.stringify(header)).toString("base64url");

/** A credential as it was sealed when there was but one key. */
const unnamed = (key: Uint8Array) =>
  new CompactEncrypt(new TextEncoder().encode(CREDENTIAL))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", tid: TID })
    .encrypt(key);

describe.each([
  { from: fake, to: jose },
  { from: jose, to: fake },
])("what $from.name sealed", ({ from, to }) => {
  it(`opens with ${to.name}`, async () => {
    const sealed = await from.sealWith([KEYS.seal]).seal(CREDENTIAL, TID);
    expect(await to.sealWith([KEYS.seal]).open(sealed, TID)).toBe(CREDENTIAL);
    expect(await to.sealWith([OTHER_KEY, KEYS.seal]).open(sealed, TID)).toBe(CREDENTIAL);
  });
});
