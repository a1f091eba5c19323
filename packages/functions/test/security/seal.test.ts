import { keyId } from "@promptcall/core/security/keys";
import { compactDecrypt, decodeProtectedHeader } from "jose";
import { describe, expect, it } from "vitest";
import { SealError } from "../../src/errors.ts";
import { seal } from "../../src/security/seal.ts";
import { CREDENTIAL, KEYS, OTHER_TID, TID } from "../given.ts";

const ours = seal([KEYS.seal]);
const sealed = await ours.seal(CREDENTIAL, TID);

describe("a sealed credential", () => {
  it("opens for the call it was sealed for", async () => {
    expect(await ours.open(sealed, TID)).toBe(CREDENTIAL);
  });

  it("is a JWE, which any library opens that has the key", async () => {
    const { plaintext } = await compactDecrypt(sealed, KEYS.seal);
    expect(new TextDecoder().decode(plaintext)).toBe(CREDENTIAL);
  });

  it("names its call, its ciphers and its key in the open, and nothing more", () => {
    expect(decodeProtectedHeader(sealed)).toEqual({ alg: "dir", enc: "A256GCM", kid: keyId(KEYS.seal), tid: TID });
  });

  it.each(["utf8", "base64", "base64url"] as const)("holds nothing of the credential in %s", (encoding) => {
    for (const part of [CREDENTIAL, ...CREDENTIAL.split(".")])
      expect(sealed).not.toContain(Buffer.from(part).toString(encoding).replace(/=+$/, ""));
  });

  it("differs every time it is sealed", async () => {
    expect(await ours.seal(CREDENTIAL, TID)).not.toBe(sealed);
  });

  it("does not open for another call", async () => {
    await expect(ours.open(sealed, OTHER_TID)).rejects.toEqual(new SealError("the credential belongs to another call"));
  });

  it("does not open for another call by renaming its own", async () => {
    const renaming = { ...decodeProtectedHeader(sealed), tid: OTHER_TID };
    const header = Buffer.from(JSON.stringify(renaming)).toString("base64url");
    const renamed = [header, ...sealed.split(".").slice(1)].join(".");
    await expect(ours.open(renamed, OTHER_TID)).rejects.toEqual(new SealError("the credential cannot be opened"));
  });

  it("does not open with another key", async () => {
    await expect(seal([KEYS.pin]).open(sealed, TID)).rejects.toEqual(
      new SealError("the credential was sealed with a key that is not listed"),
    );
  });

  it.each([0, 2, 3, 4])("does not open when its part %i was altered", async (index) => {
    const altered = sealed
      .split(".")
      .with(index, `A${sealed.split(".")[index]?.slice(1)}`)
      .join(".");
    await expect(ours.open(altered === sealed ? `${sealed}A` : altered, TID)).rejects.toThrow(SealError);
  });

  it("does not open when it is no JWE", async () => {
    await expect(ours.open(CREDENTIAL, TID)).rejects.toThrow(SealError);
  });
});
