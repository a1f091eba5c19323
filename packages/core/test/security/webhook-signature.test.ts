import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseSignatureSecrets, webhookSigner } from "../../src/security/webhook-signature.ts";

const NOW_SECONDS = 1_800_000_000;
const SECRET = "a-signature-secret";
const BODY = '{"status":"completed"}';
const hash = (payload: string) => createHash("sha256").update(payload).digest("hex");

const secrets = parseSignatureSecrets(`abcd1234:${SECRET}\n0000beef:another-secret`);
if ("wrong" in secrets) throw new Error(secrets.wrong);

const CLAIMS = { iat: NOW_SECONDS, jti: "1", iss: "Vonage", payload_hash: hash(BODY), api_key: "abcd1234" };

function signed(changes: object = {}, { header = { alg: "HS256", typ: "JWT" } as object, secret = SECRET } = {}) {
  const parts = [header, { ...CLAIMS, ...changes }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = createHmac("sha256", secret).update(parts.join(".")).digest("base64url");
  return `Bearer ${[...parts, signature].join(".")}`;
}

const signer = (authorization: string | undefined, payload = BODY) =>
  webhookSigner({ authorization, payload, nowMs: NOW_SECONDS * 1_000 }, secrets);

describe("a signed webhook", () => {
  it.each([
    ["names no application", {}, undefined],
    ["names one", { application_id: "3B241101-E2BB-4255-8CAF-4136C566A962" }, "3b241101-e2bb-4255-8caf-4136c566a962"],
    ["is some minutes old", { iat: NOW_SECONDS - 299 }, undefined],
    ["comes from a clock that is ahead", { iat: NOW_SECONDS + 299 }, undefined],
    ["writes the hash in capitals", { payload_hash: hash(BODY).toUpperCase() }, undefined],
  ])("that %s is genuine", (_what, claims, applicationId) => {
    expect(signer(signed(claims))).toEqual({ applicationId });
  });

  it.each([
    ["has no header", undefined, "not_signed"],
    ["is signed with nothing", `${signed().split(".").slice(0, 2).join(".")}.`, "not_signed"],
    ["says that it is not signed", signed({}, { header: { alg: "none" } }), "not_signed"],
    ["is signed in another way", signed({}, { header: { alg: "HS512" } }), "not_signed"],
    ["names no account", signed({ api_key: undefined }), "not_signed"],
    ["names an application that is none", signed({ application_id: "a/b" }), "not_signed"],
    ["is of an account that is not ours", signed({ api_key: "ffffffff" }), "unknown_account"],
    ["is signed with another secret", signed({}, { secret: "guessed" }), "bad_signature"],
    ["is signed with the secret of another account", signed({ api_key: "0000beef" }), "bad_signature"],
    ["is old", signed({ iat: NOW_SECONDS - 301 }), "too_old"],
    ["is of the future", signed({ iat: NOW_SECONDS + 301 }), "too_old"],
    ["is about another payload", signed({ payload_hash: hash("{}") }), "other_payload"],
  ])("that %s is nobody's", (_what, authorization, wrong) => {
    expect(signer(authorization)).toEqual({ wrong });
  });

  it("is nobody's when its body was changed on the way", () => {
    expect(signer(signed(), '{"status":"answered"}')).toEqual({ wrong: "other_payload" });
  });
});

describe("the secrets", () => {
  it("are said to be wrong by their place, not by their value", () => {
    expect(parseSignatureSecrets("abcd1234:right-secret hunter2")).toEqual({
      wrong: "entry 2 is not of the form <api key>:<signature secret>",
    });
  });
});
