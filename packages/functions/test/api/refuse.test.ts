import { describe, expect, it } from "vitest";
import { CREDENTIAL, epoch, jwt } from "../given.ts";
import { EXPECTED, problem, wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS, rsaKey } from "./given.ts";

const { TO, FROM, TEXT, MESSAGE, PIN, DIGITS, URL, SECRET, METHOD, APP_ID, KEY } = EXPECTED;

async function refusal(request: RequestInit) {
  const { app, fixture } = apiFixture();
  const response = await app.request("/call", request);
  // Whatever is wrong, nothing has happened.
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  expect([fixture.dial.sent, fixture.bus.published]).toEqual([[], []]);
  const answer = await answerOf(response);
  const { status, type } = answer.body as { status: number; type: string };
  expect(fixture.log.records).toEqual([{ event: "call.rejected", status, code: type.split(":").at(-1) }]);
  return { headers: response.headers, answer };
}

describe("without a credential that can serve", () => {
  const malformed = "The Authorization header is not of the form: Bearer <Vonage JWT>.";
  it.each<[string, Record<string, string>, string, string]>([
    ["none", {}, "missing_credential", "Send Authorization: Bearer <Vonage JWT>, or app_id and private_key."],
    ["another scheme", { authorization: "Basic YTpi" }, "invalid_authorization", malformed],
    ["no token", { authorization: "Bearer" }, "invalid_authorization", malformed],
    ["an empty header", { authorization: "" }, "invalid_authorization", malformed],
    ["two tokens", { authorization: `Bearer ${CREDENTIAL} ${CREDENTIAL}` }, "invalid_authorization", malformed],
    ["no JWT", { authorization: "Bearer secret" }, "not_a_jwt", "The bearer token is not a JWT."],
    ["a JWT of no JSON", { authorization: "Bearer YQ.YQ.YQ" }, "not_a_jwt", "The bearer token is not a JWT."],
    [
      "no application",
      { authorization: `Bearer ${jwt({ exp: epoch(900) })}` },
      "jwt_without_application",
      "The JWT has no application_id, or one of another form.",
    ],
    [
      "an application of another type",
      { authorization: `Bearer ${jwt({ application_id: 1 })}` },
      "jwt_without_application",
      "The JWT has no application_id, or one of another form.",
    ],
    [
      "a JWT whose end is no time",
      { authorization: `Bearer ${jwt({ application_id: "app", exp: "tomorrow" })}` },
      "invalid_jwt_times",
      "The JWT's iat and exp are not numbers of seconds since 1970.",
    ],
    [
      "an expired JWT",
      { authorization: `Bearer ${jwt({ application_id: "app", exp: epoch(0) })}` },
      "jwt_expired",
      "The JWT has expired.",
    ],
    [
      "a JWT without iat",
      { authorization: `Bearer ${jwt({ application_id: "app", iat: undefined, exp: epoch(900) })}` },
      "invalid_jwt_times",
      "The JWT has no iat, which the carrier requires.",
    ],
    [
      "a JWT in milliseconds",
      { authorization: `Bearer ${jwt({ application_id: "app", iat: epoch(0) * 1000, exp: epoch(900) * 1000 })}` },
      "invalid_jwt_times",
      "The JWT's iat or exp is in milliseconds. Both are seconds since 1970: divide them by 1000.",
    ],
    [
      "a JWT for 30 days",
      { authorization: `Bearer ${jwt({ application_id: "app", exp: epoch(30 * 86_400) })}` },
      "invalid_jwt_times",
      "The JWT lives too long: exp may be at most 24 hours after iat.",
    ],
    [
      "a JWT without jti",
      { authorization: `Bearer ${jwt({ application_id: "app", jti: undefined })}` },
      "jwt_without_jti",
      "The JWT has no jti, which the carrier requires.",
    ],
    [
      "a JWT that is signed in another way",
      { authorization: `Bearer ${jwt({ application_id: "app" }, "HS256")}` },
      "jwt_not_rs256",
      "The JWT is not signed with RS256, the one algorithm that the carrier takes.",
    ],
    [
      "a JWT that is not signed",
      { authorization: `Bearer ${jwt({ application_id: "app" }, "none")}` },
      "jwt_not_rs256",
      "The JWT is not signed with RS256, the one algorithm that the carrier takes.",
    ],
    [
      "a JWT that expired by default",
      { authorization: `Bearer ${jwt({ application_id: "app", iat: epoch(-900) })}` },
      "jwt_expired",
      "The JWT has expired.",
    ],
  ])("(%s) a call is refused with 401", async (_, headers, code, detail) => {
    const { headers: answered, answer } = await refusal(json(PARAMETERS, headers));
    expect(answer).toEqual(problem(401, code, detail));
    expect(answered.get("www-authenticate")).toBe("Bearer");
  });
});

describe("with an application and a key that cannot serve", () => {
  const small = rsaKey(1024).privateKey;
  // A bit more than may be: longer ones take ever longer to make.
  const large = rsaKey(4104).privateKey;
  it.each<[string, Record<string, unknown>, ReturnType<typeof wrong>]>([
    ["a key that is none", { app_id: "app", private_key: "x" }, wrong(["private_key", `must be ${KEY}`, KEY])],
    ["a key too large", { app_id: "app", private_key: large }, wrong(["private_key", `must be ${KEY}`, KEY])],
    ["a key too small", { app_id: "app", private_key: small }, wrong(["private_key", `must be ${KEY}`, KEY])],
    [
      "a public key",
      { app_id: "app", private_key: rsaKey(2048).publicKey },
      wrong(["private_key", `must be ${KEY}`, KEY]),
    ],
    ["no key", { app_id: "app" }, wrong(["private_key", "is missing", KEY])],
    [
      "a key alone",
      { private_key: "x" },
      wrong(["app_id", "is missing", APP_ID], ["private_key", `must be ${KEY}`, KEY]),
    ],
    [
      "a wrong id",
      { app_id: "a b", private_key: 1 },
      wrong(["app_id", `must be ${APP_ID}`, APP_ID], ["private_key", `must be ${KEY}`, KEY]),
    ],
    [
      "wrong fields beside them",
      { app_id: "app", private_key: "x", to: "nobody", pin_code: undefined },
      wrong(
        ["to", `must be ${TO}`, TO],
        ["pin_code", "is missing", `${PIN}; or choices, or ask with capture or say`],
        ["private_key", `must be ${KEY}`, KEY],
      ),
    ],
  ])("(%s) a call is refused, and every wrong field is named", async (_, fields, expected) => {
    expect((await refusal(json({ ...PARAMETERS, ...fields }, {}))).answer).toEqual(expected);
  });
});

describe("a body that cannot be read", () => {
  const object = "Send one object with the parameters, or with a list of calls.";
  const mediaTypes =
    "application/json, application/x-www-form-urlencoded, text/csv, application/x-ndjson, application/jsonl";
  const mediaType = `Send one of ${mediaTypes}.`;
  it.each<[string, RequestInit, ReturnType<typeof problem>]>([
    ["broken JSON", json("{"), problem(400, "invalid_json", `The body is not JSON. ${object}`)],
    ["nothing as JSON", json(""), problem(400, "invalid_json", `The body is not JSON. ${object}`)],
    ["a list", json([]), problem(400, "invalid_json", `The body is JSON, but not an object. ${object}`)],
    ["null", json("null"), problem(400, "invalid_json", `The body is JSON, but not an object. ${object}`)],
    ["a text", json('"text"'), problem(400, "invalid_json", `The body is JSON, but not an object. ${object}`)],
    [
      "more than 64 kB",
      json({ ...PARAMETERS, text: "t".repeat(65_536) }),
      problem(413, "body_too_large", "Send at most 64 kB for one call."),
    ],
    ["no media type", { method: "POST", headers: BEARER }, problem(415, "unsupported_media_type", mediaType)],
    [
      "another media type",
      { ...json(PARAMETERS), headers: { ...BEARER, "content-type": "text/plain" } },
      problem(415, "unsupported_media_type", mediaType),
    ],
    [
      "a form of several parts",
      { method: "POST", headers: BEARER, body: new FormData() },
      problem(415, "unsupported_media_type", mediaType),
    ],
  ])("(%s) is refused", async (_, request, expected) => {
    expect((await refusal(request)).answer).toEqual(expected);
  });

  it("of another media type is answered with the accepted ones", async () => {
    const { headers } = await refusal({ method: "POST", headers: BEARER });
    expect(headers.get("accept")).toBe(mediaTypes);
  });
});

describe("a field that is not as it should be", () => {
  it.each<[string, unknown, string, string]>([
    ["to", "07700900001", "is a national number", "+447700900001, the E.164 number that was probably meant"],
    ["to", 447700900001, `must be ${TO}`, TO],
    ["to", "", "is empty", TO],
    ["to", null, "is null", TO],
    ["from", "Promptcall", `must be ${FROM}`, FROM],
    ["from", undefined, "is missing", FROM],
    ["text", "  ", "is empty", TEXT],
    ["text", "t".repeat(1501), `must be ${TEXT}`, TEXT],
    ["text", { ssml: true }, `must be ${TEXT}`, TEXT],
    ["pin_code", 1234, `must be ${PIN}`, PIN],
    ["pin_code", "12a4", `must be ${DIGITS}`, DIGITS],
    ["pin_code", "1".repeat(21), `must be ${DIGITS}`, DIGITS],
    ["callback", "customer.example", `must be ${URL}`, URL],
    ["callback", "ftp://customer.example", `must be ${URL}`, URL],
    ["callback", "https://127.0.0.1/", "is not of the internet at large", "an address that anybody can reach"],
    ["callback", "https://c.example:8444/", "has another port", "one of the ports 80, 443, 8080, 8443"],
    ["callback_secret", "whsec_c2hvcnQ=", `must be ${SECRET}`, SECRET],
    ["callback_secret", 7, `must be ${SECRET}`, SECRET],
    [
      "callback",
      "https://u%3A:p@c.example",
      "must be a URL whose user name and password are in UTF-8, without control characters, the name without colon",
      "a URL whose user name and password are in UTF-8, without control characters, the name without colon",
    ],
    [
      "callback",
      `https://c.example/${"x".repeat(2048)}`,
      "must be a URL of at most 2048 characters",
      "a URL of at most 2048 characters",
    ],
    ["callback", ["https://a.example", "https://b.example"], "is given more than once", URL],
    ["callback_method", "PUT", `must be ${METHOD}`, METHOD],
    ["callback_method", true, `must be ${METHOD}`, METHOD],
    ["bye_text", "b".repeat(501), `must be ${MESSAGE}`, MESSAGE],
  ])(
    "(%s, case %#) is named, with what is wrong and what is expected, and never with its value",
    async (field, value, what, expected) => {
      const { answer } = await refusal(json({ ...PARAMETERS, [field]: value }));
      expect(answer).toEqual(wrong([field, what, expected]));
    },
  );

  it("is named along with every other one", async () => {
    expect((await refusal(json({}))).answer).toEqual(
      wrong(
        ["to", "is missing", TO],
        ["from", "is missing", FROM],
        ["text", "is missing", TEXT],
        ["pin_code", "is missing", `${PIN}; or choices, or ask with capture or say`],
      ),
    );
  });

  it("that a form has twice is named", async () => {
    const { pin_code, ...rest } = PARAMETERS;
    const twice: [string, string][] = [...Object.entries(rest), ["pin_code", pin_code], ["pin_code", "9999"]];
    expect((await refusal(form(twice))).answer).toEqual(wrong(["pin_code", "is given more than once", PIN]));
  });
});
