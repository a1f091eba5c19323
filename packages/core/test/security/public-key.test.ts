import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fingerprintOf, publicHalf, readPublicKey, withPublicKey } from "../../src/security/public-key.ts";

const pair = (modulusLength = 2048) =>
  generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
const one = pair();

describe("a public key", () => {
  it.each([
    ["as PEM", one.publicKey],
    ["with line ends spelled out", one.publicKey.replaceAll("\n", "\\n")],
    ["with white space around it", `\n ${one.publicKey} `],
  ])("is read %s", (_how, pem) => {
    expect(readPublicKey(pem)).toEqual({ pem: one.publicKey });
  });

  it("is the same as the public half of its private key", () => {
    expect(publicHalf(createPrivateKey(one.privateKey))).toEqual({ pem: one.publicKey });
  });

  it.each([
    ["a private key", one.privateKey],
    ["too short a key", pair(1024).publicKey],
    ["a key of another kind", generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "pem" })],
    ["no key", "key"],
  ])("is not %s", (_what, pem) => {
    expect(readPublicKey(String(pem))).toBeUndefined();
  });

  it("has a fingerprint that tells it from others", () => {
    const fingerprint = fingerprintOf({ pem: one.publicKey });
    expect(fingerprint).toMatch(/^SHA256:[\w-]{43}$/);
    expect(fingerprintOf({ pem: pair().publicKey })).not.toBe(fingerprint);
  });
});

describe("the keys of an application", () => {
  const [a, b, c] = ["a", "b", "c"].map((pem) => ({ pem })) as [{ pem: string }, { pem: string }, { pem: string }];

  it("are two at the most: the oldest gives way", () => {
    expect(withPublicKey([], a)).toEqual([a]);
    expect(withPublicKey([a], b)).toEqual([a, b]);
    expect(withPublicKey([a, b], c)).toEqual([b, c]);
  });

  it("hold a key once, which is the newest when it is registered again", () => {
    expect(withPublicKey([a, b], a)).toEqual([b, a]);
  });

  it("hold no learned key beside another", () => {
    expect(withPublicKey([{ ...a, learned: true }], b)).toEqual([b]);
    expect(withPublicKey([{ ...a, learned: true }], a)).toEqual([a]);
  });
});
