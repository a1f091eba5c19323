import { seal } from "@promptcall/functions/adapters/seal";
import { SealError } from "@promptcall/functions/errors";
import type { Seal } from "@promptcall/functions/ports";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CREDENTIAL, KEYS, OTHER_TID, TID } from "../../../functions/test/given.ts";
import { sealTwin } from "../../src/twins/seal.ts";

const CANNOT = new SealError("the credential cannot be opened");
const ANOTHERS = new SealError("the credential belongs to another call");

const twin = { name: "the twin", sealWith: sealTwin };
const jose = { name: "the real one", sealWith: seal };

describe.each<{ name: string; sealWith: (key: Uint8Array) => Seal }>([twin, jose])(
  "$name, as a seal",
  ({ sealWith }) => {
    const ours = sealWith(KEYS.seal);

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
      const header = Buffer.from(JSON.stringify({ alg: "dir", enc: "A256GCM", tid: OTHER_TID })).toString("base64url");
      const sealed = await ours.seal(CREDENTIAL, TID);
      await expect(ours.open(sealed.replace(/^[^.]+/, header), OTHER_TID)).rejects.toEqual(CANNOT);
    });

    it("does not open with another key", async () => {
      const sealed = await ours.seal(CREDENTIAL, TID);
      await expect(sealWith(KEYS.pin).open(sealed, TID)).rejects.toEqual(CANNOT);
    });

    it("opens to nothing else, whichever character of it was altered", async () => {
      const sealed = await ours.seal("a.b.c", TID);
      for (const index of sealed.split("").keys()) {
        const altered = sealed.slice(0, index) + (sealed[index] === "A" ? "B" : "A") + sealed.slice(index + 1);
        const opened = await ours.open(altered, TID).catch((error: unknown) => error);
        // The last character of a part has bits to spare, which may carry nothing.
        if (opened !== "a.b.c") expect(opened).toEqual(CANNOT);
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
  },
);

describe.each([
  { from: twin, to: jose },
  { from: jose, to: twin },
])("what $from.name sealed", ({ from, to }) => {
  it(`opens with ${to.name}`, async () => {
    expect(await to.sealWith(KEYS.seal).open(await from.sealWith(KEYS.seal).seal(CREDENTIAL, TID), TID)).toBe(
      CREDENTIAL,
    );
  });
});
