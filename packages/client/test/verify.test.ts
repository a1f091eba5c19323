import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { parseResult, VerificationError, verify } from "../src/verify.ts";

const SECRET = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
const OTHER = `whsec_${Buffer.alloc(24, 2).toString("base64")}`;
const FORM = "tid=3b241101-e2bb-4255-8caf-4136c566a962&to=%2B44+7700&status=ok";

/** As Promptcall sends it: a signature for each secret that is current. */
function headersOf(signed: string, { secrets = [SECRET], at = new Date() } = {}) {
  return {
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign("msg_1", at, signed)).join(" "),
  };
}

const capital = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]));

describe("a delivery", () => {
  it.each([
    ["node:http, express", { body: FORM, headers: headersOf(FORM) }],
    ["the Fetch API, hono", { body: new TextEncoder().encode(FORM), headers: new Headers(headersOf(FORM)) }],
    ["Lambda, in base64", { body: Buffer.from(FORM), headers: headersOf(FORM) }],
    ["a proxy that writes headers large", { body: FORM, headers: capital(headersOf(FORM)) }],
    ["a GET", { url: `/result?own=1&${FORM}`, headers: headersOf(`own=1&${FORM}`) }],
    ["a GET with its host", { url: `https://customer.example/r?${FORM}#f`, headers: headersOf(FORM) }],
  ])("is genuine as it comes by %s", (_, delivery) => {
    const { id, signed } = verify({ ...delivery, secrets: SECRET });
    expect(id).toBe("msg_1");
    expect(parseResult(signed)).toMatchObject({ type: "call.completed", data: { status: "ok", to: "+44 7700" } });
  });

  it("is genuine by either secret while one replaces another, at both ends", () => {
    const both = headersOf(FORM, { secrets: [OTHER, SECRET] });
    expect(verify({ body: FORM, headers: both, secrets: SECRET }).signed).toBe(FORM);
    expect(verify({ body: FORM, headers: headersOf(FORM), secrets: [OTHER, SECRET] }).signed).toBe(FORM);
  });

  const late = headersOf(FORM, { at: new Date(Date.now() - 301_000) });
  it.each([
    ["another body", { body: `${FORM}&x=1`, headers: headersOf(FORM) }],
    ["another secret", { body: FORM, headers: headersOf(FORM, { secrets: [OTHER] }) }],
    ["another id", { body: FORM, headers: { ...headersOf(FORM), "webhook-id": "msg_2" } }],
    ["no signature", { body: FORM, headers: { ...headersOf(FORM), "webhook-signature": "" } }],
    ["a signature of another version", { body: FORM, headers: { ...headersOf(FORM), "webhook-signature": "v2,AAAA" } }],
    ["no headers", { body: FORM, headers: {} }],
    ["a time that is none", { body: FORM, headers: { ...headersOf(FORM), "webhook-timestamp": "1e9" } }],
    ["an age of more than five minutes", { body: FORM, headers: late }],
    ["a time far ahead", { body: FORM, headers: headersOf(FORM, { at: new Date(Date.now() + 302_000) }) }],
  ])("with %s is not genuine", (_, delivery) => {
    expect(() => verify({ ...delivery, secrets: SECRET })).toThrow(VerificationError);
  });

  it("may be as old as whoever verifies it says", () => {
    expect(verify({ body: FORM, headers: late, secrets: SECRET, toleranceSeconds: 600 }).signed).toBe(FORM);
  });

  it("is verified with a secret, and that with none of another form", () => {
    expect(() => verify({ body: FORM, headers: headersOf(FORM), secrets: [] })).toThrow("There is no secret");
    expect(() => verify({ body: FORM, headers: headersOf(FORM), secrets: "whsec_?" })).toThrow("A secret is whsec_");
  });
});

describe("a result", () => {
  it("is of a call or of a batch, or a test, where it is JSON", () => {
    const call = { type: "call.completed", data: { tid: "t", state: "completed" } };
    expect(parseResult(JSON.stringify(call))).toEqual({ format: "json", ...call });
    const batch = { type: "batch.completed", data: { batch_id: "b" } };
    expect(parseResult(JSON.stringify(batch))).toEqual({ format: "json", ...batch });
    expect(parseResult('{"type":"test","data":{}}')).toEqual({ format: "json", type: "test", data: {} });
  });

  it.each(["{}", '{"type":"other"}', "", "tid=t&to=1&status=other"])("is not %s", (text) => {
    expect(() => parseResult(text)).toThrow("and not a result");
  });
});
