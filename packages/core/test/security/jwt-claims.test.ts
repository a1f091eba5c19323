import { describe, expect, it } from "vitest";
import { readClaims } from "../../src/security/jwt-claims.ts";

const NOW_SECONDS = 1_800_000_000;
const claims = { application_id: "APP", jti: "1", iat: NOW_SECONDS - 10, exp: NOW_SECONDS + 60 };
const read = (changes: object) => readClaims({ ...claims, ...changes }, NOW_SECONDS * 1_000);

describe("the claims of a JWT", () => {
  it.each([
    ["as they should be", {}, NOW_SECONDS + 60],
    ["for a day", { exp: NOW_SECONDS - 10 + 86_400 }, NOW_SECONDS - 10 + 86_400],
    ["without exp, which is a quarter of an hour", { exp: undefined }, NOW_SECONDS - 10 + 900],
    ["for a time ahead", { iat: NOW_SECONDS + 3_600, exp: NOW_SECONDS + 7_200 }, NOW_SECONDS + 7_200],
  ])("%s are taken", (_what, changes, expiresAt) => {
    expect(read(changes)).toEqual({ applicationId: "app", expiresAtMs: expiresAt * 1_000 });
  });

  it.each([
    ["of no application", { application_id: undefined }, "without_application"],
    ["of an application that has no such id", { application_id: "a/b" }, "without_application"],
    ["without iat", { iat: undefined }, "without_iat"],
    ["without jti", { jti: undefined }, "without_jti"],
    ["with an empty jti", { jti: "" }, "without_jti"],
    ["with an iat that is text", { iat: String(NOW_SECONDS) }, "times_are_no_numbers"],
    ["with an exp that is text", { exp: "tomorrow" }, "times_are_no_numbers"],
    ["in milliseconds", { iat: NOW_SECONDS * 1_000, exp: (NOW_SECONDS + 60) * 1_000 }, "times_in_milliseconds"],
    ["with only exp in milliseconds", { exp: (NOW_SECONDS + 60) * 1_000 }, "times_in_milliseconds"],
    ["for more than a day", { exp: NOW_SECONDS - 10 + 86_401 }, "lives_too_long"],
    ["for 30 days", { exp: NOW_SECONDS + 30 * 86_400 }, "lives_too_long"],
    ["that have just expired", { exp: NOW_SECONDS }, "expired"],
    ["without exp, of a quarter of an hour ago", { iat: NOW_SECONDS - 900, exp: undefined }, "expired"],
  ])("%s are refused", (_what, changes, wrong) => {
    expect(read(changes)).toEqual({ wrong });
  });

  it("are refused where there are none", () => {
    expect(readClaims(undefined, 0)).toEqual({ wrong: "without_application" });
  });
});
