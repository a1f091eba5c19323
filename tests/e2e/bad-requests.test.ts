import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EXPECTED, problem, wrong } from "../../packages/functions/test/api/expected.ts";
import { answerOf, form, json, PARAMETERS, rsaKey } from "../../packages/functions/test/api/given.ts";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  // Nothing of all this was a call.
  expect(harness.system.sim.calls()).toEqual([]);
  await harness.stop();
});

const send = async (path: string, init: RequestInit) =>
  await answerOf(await fetch(`${harness.system.apiUrl}${path}`, init));
const bearer = () => ({ authorization: `Bearer ${harness.jwt}` });
const unsigned = (claims: object) =>
  `Bearer ${[{ alg: "RS256" }, claims, {}].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}`;

const { TO, FROM, TEXT, MESSAGE, PIN, DIGITS, URL, METHOD, APP_ID, KEY } = EXPECTED;
const object = "Send one object with the parameters, or with a list of calls.";
const mediaType =
  "Send one of application/json, application/x-www-form-urlencoded, text/csv, application/x-ndjson, application/jsonl.";
const malformed = "The Authorization header is not of the form: Bearer <Vonage JWT>.";
const small = rsaKey(1024).privateKey;

describe("POST /call", () => {
  it.concurrent.each<[string, string | undefined, ReturnType<typeof problem>]>([
    [
      "no credential",
      undefined,
      problem(401, "missing_credential", "Send Authorization: Bearer <Vonage JWT>, or app_id and private_key."),
    ],
    ["another scheme", "Basic YTpi", problem(401, "invalid_authorization", malformed)],
    ["a token that is no JWT", "Bearer secret", problem(401, "not_a_jwt", "The bearer token is not a JWT.")],
    [
      "a JWT without application",
      unsigned({ exp: 4e9 }),
      problem(401, "jwt_without_application", "The JWT has no application_id, or one of another form."),
    ],
    [
      "an expired JWT",
      unsigned({ application_id: "a", iat: 0, exp: 1 }),
      problem(401, "jwt_expired", "The JWT has expired."),
    ],
  ])("with %s is answered 401", async (_, authorization, expected) => {
    const headers = authorization === undefined ? {} : { authorization };
    expect(await send("/call", json(PARAMETERS, headers))).toEqual(expected);
  });

  it.concurrent.each<[string, Record<string, unknown>, ReturnType<typeof wrong>]>([
    ["a key that is none", { app_id: "app", private_key: "x" }, wrong(["private_key", `must be ${KEY}`, KEY])],
    ["a key too small", { app_id: "app", private_key: small }, wrong(["private_key", `must be ${KEY}`, KEY])],
    ["an application alone", { app_id: "app" }, wrong(["private_key", "is missing", KEY])],
    [
      "a key alone",
      { private_key: "x" },
      wrong(["app_id", "is missing", APP_ID], ["private_key", `must be ${KEY}`, KEY]),
    ],
  ])("with %s is answered 400", async (_, fields, expected) => {
    expect(await send("/call", json({ ...PARAMETERS, ...fields }, {}))).toEqual(expected);
  });

  it.concurrent.each<[string, unknown, string, string]>([
    ["to", "07700900001", "is a national number", "+447700900001, the E.164 number that was probably meant"],
    ["to", 447700900001, `must be ${TO}`, TO],
    ["to", null, "is null", TO],
    ["from", "Promptcall", `must be ${FROM}`, FROM],
    ["from", undefined, "is missing", FROM],
    ["text", "  ", "is empty", TEXT],
    ["text", "t".repeat(1501), `must be ${TEXT}`, TEXT],
    ["pin_code", 1234, `must be ${PIN}`, PIN],
    ["pin_code", "12a4", `must be ${DIGITS}`, DIGITS],
    ["pin_code", "1".repeat(21), `must be ${DIGITS}`, DIGITS],
    ["callback", "customer.example", `must be ${URL}`, URL],
    ["callback", "ftp://customer.example", `must be ${URL}`, URL],
    [
      "callback",
      "https://u%3A:p@c.example",
      "must be a URL whose user name and password are in UTF-8, without control characters, the name without colon",
      "a URL whose user name and password are in UTF-8, without control characters, the name without colon",
    ],
    ["callback_method", "PUT", `must be ${METHOD}`, METHOD],
    ["bye_text", "b".repeat(501), `must be ${MESSAGE}`, MESSAGE],
    ["failed_text", {}, `must be ${MESSAGE}`, MESSAGE],
  ])("with a wrong %s (case %#) is answered 400", async (field, value, what, expected) => {
    const answer = await send("/call", json({ ...PARAMETERS, [field]: value }, bearer()));
    expect(answer).toEqual(wrong([field, what, expected]));
  });

  it("names every wrong field at once, in a form too", async () => {
    const answer = await send(
      "/call",
      form(
        [
          ["to", "1"],
          ["to", "2"],
          ["pin_code", "x"],
        ],
        bearer(),
      ),
    );
    expect(answer).toEqual(
      wrong(
        ["to", "is given more than once", TO],
        ["from", "is missing", FROM],
        ["text", "is missing", TEXT],
        ["pin_code", `must be ${DIGITS}`, DIGITS],
      ),
    );
  });

  it.concurrent.each<[string, () => RequestInit, ReturnType<typeof problem>]>([
    ["broken JSON", () => json("{", bearer()), problem(400, "invalid_json", `The body is not JSON. ${object}`)],
    [
      "a list",
      () => json([], bearer()),
      problem(400, "invalid_json", `The body is JSON, but not an object. ${object}`),
    ],
    [
      "bytes that are no text",
      () => ({ ...json("", bearer()), body: new Uint8Array([255, 0, 254]) }),
      problem(
        400,
        "invalid_encoding",
        "The body is not UTF-8. Declare its encoding in the content type, such as text/csv; charset=windows-1252. UTF-8, UTF-16, windows-1252 and ISO 8859-1 are taken.",
      ),
    ],
    [
      "more than 64 kB",
      () => json({ text: "t".repeat(65_536) }, bearer()),
      problem(413, "body_too_large", "Send at most 64 kB for one call."),
    ],
    [
      "megabytes",
      () => json({ text: "t".repeat(3_000_000) }, bearer()),
      problem(413, "body_too_large", "Send at most 64 kB for one call."),
    ],
    ["no media type", () => ({ method: "POST", headers: bearer() }), problem(415, "unsupported_media_type", mediaType)],
    [
      "XML",
      () => ({ ...json("<call/>"), headers: { ...bearer(), "content-type": "text/xml" } }),
      problem(415, "unsupported_media_type", mediaType),
    ],
  ])("of %s is refused", async (_, init, expected) => {
    expect(await send("/call", init())).toEqual(expected);
  });
});

describe("another path or method", () => {
  it.concurrent.each(["/", "/called", "/call/", "/call/x", "/%00"])("%s is answered 404", async (path) => {
    const nothing = {
      type: "urn:promptcall:problem:unknown_path",
      title: "Not Found",
      status: 404,
      detail: "There is nothing at this path.",
    };
    expect(await send(path, { method: "POST" })).toEqual({
      status: 404,
      type: "application/problem+json",
      body: nothing,
    });
  });

  it.concurrent.each([
    ["/call", "GET", "POST"],
    ["/call", "DELETE", "POST"],
    ["/setup", "POST", "GET"],
    ["/health", "PUT", "GET"],
  ])("%s by %s is answered 405, with what is allowed", async (path, method, allowed) => {
    const response = await fetch(`${harness.system.apiUrl}${path}`, { method });
    const refused = {
      type: "urn:promptcall:problem:wrong_method",
      title: "Method Not Allowed",
      status: 405,
      detail: `Use ${allowed} here.`,
    };
    expect(response.headers.get("allow")).toBe(allowed);
    expect(await answerOf(response)).toEqual({ status: 405, type: "application/problem+json", body: refused });
  });

  it("that no URL can hold is answered below 500", async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    const { hostname, port } = new globalThis.URL(harness.system.apiUrl);
    request({ hostname, port, path: "/%zz", method: "POST" }, (response) => resolve(response.statusCode)).end();
    expect(await promise).toBe(400);
  });
});
