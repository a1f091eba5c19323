import { describe, expect, it } from "vitest";
import { outcomeOfFailure, outcomeOfRefusal } from "../../src/call/dial-outcome.ts";

const invalid = (name: string) => ({ type: 400, title: "Bad Request", invalid_parameters: [{ name, reason: "bad" }] });

describe("the carrier's answer", () => {
  it.each([
    { httpStatus: 429, body: {}, outcome: { kind: "try_again", throttled: true } },
    { httpStatus: 401, body: {}, outcome: { kind: "refused", reason: "credential_rejected" } },
    { httpStatus: 403, body: undefined, outcome: { kind: "refused", reason: "credential_rejected" } },
    { httpStatus: 400, body: invalid("number"), outcome: { kind: "refused", reason: "invalid_number" } },
    { httpStatus: 400, body: invalid("to[0].number"), outcome: { kind: "refused", reason: "invalid_number" } },
    { httpStatus: 400, body: invalid("ncco"), outcome: { kind: "refused", reason: "dial_refused" } },
    { httpStatus: 400, body: "not json", outcome: { kind: "refused", reason: "dial_refused" } },
    { httpStatus: 402, body: {}, outcome: { kind: "refused", reason: "dial_refused" } },
    { httpStatus: 500, body: {}, outcome: { kind: "unknown" } },
    { httpStatus: 503, body: {}, outcome: { kind: "unknown" } },
    { httpStatus: 302, body: {}, outcome: { kind: "unknown" } },
  ])("$httpStatus with $body is $outcome", ({ httpStatus, body, outcome }) => {
    expect(outcomeOfRefusal({ httpStatus, body })).toEqual({ ...outcome, why: `carrier answered ${httpStatus}` });
  });

  it("passes the Retry-After on", () => {
    expect(outcomeOfRefusal({ httpStatus: 429, body: {}, retryAfterSeconds: 7 })).toMatchObject({
      retryAfterSeconds: 7,
    });
  });
});

describe("a request without an answer", () => {
  it.each(["ECONNREFUSED", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT"])("was not sent after %s", (code) => {
    expect(outcomeOfFailure({ codes: [code, "TypeError"] })).toEqual({ kind: "try_again", why: code });
  });

  it.each(["ECONNRESET", "UND_ERR_SOCKET", "AbortError"])("may have been received after %s", (code) => {
    expect(outcomeOfFailure({ codes: [code] })).toEqual({ kind: "unknown", why: code });
  });

  it("may have been received after an unnamed failure", () => {
    expect(outcomeOfFailure({ codes: [] })).toEqual({ kind: "unknown", why: "no answer from the carrier" });
  });
});
