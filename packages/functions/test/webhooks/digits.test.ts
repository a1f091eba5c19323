import { describe, expect, it, vi } from "vitest";
import { UnlistedKeyError } from "../../src/errors.ts";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { idOf } from "../../testing/random.ts";
import { requests } from "../../testing/requests.ts";
import { at, KEYS, OTHER_TID, PIN, spec, TID } from "../given.ts";
import { altered, answerOf, digitsUrl, isOurs, posted, problem, statusUrl, webhookFixture } from "./given.ts";

/** What the carrier sends, around what was entered. */
const payload = (dtmf: unknown) => ({ uuid: "u", conversation_uuid: "c", from: "1", to: "2", speech: {}, dtmf });
const entered = (digits: unknown, timed_out = false) => payload({ digits, timed_out });

const digitsEvent = (data: { attempt: number; matched: boolean; timed_out?: boolean }) => ({
  type: "call.digits",
  metadata: { id: idOf(1), version: 1, tid: TID, application_id: "app", time: at(5) },
  data: { timed_out: false, ...data },
});

const bye = [{ action: "talk", text: "Thank you" }];
const again = (text: string, attempt: number) => [
  { action: "talk", text, bargeIn: true },
  {
    action: "input",
    type: ["dtmf"],
    dtmf: { maxDigits: 4, timeOut: 5 },
    eventUrl: [digitsUrl(attempt)],
    eventMethod: "POST",
  },
];

describe("what the person enters", () => {
  it("gets the goodbye and is published when it is the PIN", async () => {
    const { app, fixture } = await webhookFixture();
    const response = await app.request(digitsUrl(1), posted(entered(PIN)));
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await answerOf(response)).toEqual({ status: 200, body: bye });
    expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 1, matched: true })]);
    expect(fixture.log.records).toEqual([{ event: "webhook.digits", tid: TID, attempt: 1, matched: true }]);
  });

  it("gets the failed text and another attempt when it is wrong", async () => {
    const { app, fixture } = await webhookFixture();
    const response = await app.request(digitsUrl(1), posted(entered("0000")));
    const { body } = await answerOf(response);
    expect(body).toEqual(again("That was wrong", 2));
    expect(isOurs(body[1].eventUrl[0], { kind: "digits", attempt: 2 })).toBe(true);
    expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 1, matched: false })]);
  });

  it("ends the call when the last attempt is wrong", async () => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(digitsUrl(3), posted(entered("0000"))))).toEqual({ status: 200, body: [] });
    expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 3, matched: false })]);
  });

  it("may be right at the last attempt", async () => {
    const { app } = await webhookFixture();
    expect(await answerOf(await app.request(digitsUrl(3), posted(entered(PIN))))).toEqual({ status: 200, body: bye });
  });

  it("gets the prompt again and no goodbye without those texts", async () => {
    const { byeText, failedText, ...silent } = spec();
    const { app } = await webhookFixture({ spec: silent });
    const wrong = await answerOf(await app.request(digitsUrl(1), posted(entered("0000"))));
    expect(wrong.body).toEqual(again("Please enter your PIN", 2));
    expect(await answerOf(await app.request(digitsUrl(2), posted(entered(PIN))))).toEqual({ status: 200, body: [] });
  });

  it("is in no event and no log record", async () => {
    const { app, fixture } = await webhookFixture();
    await app.request(digitsUrl(1), posted(entered("90210")));
    expect(JSON.stringify([fixture.bus.published, fixture.log.records])).not.toContain("90210");
  });
});

describe("the spellings of an entry", () => {
  it.each<[string, unknown]>([
    ["today's form", entered(PIN)],
    ["today's form, timed out", entered(PIN, true)],
    ["today's form, ended by #", entered(`${PIN}#`)],
    ["the old form", { ...payload(PIN), timed_out: false }],
    ["the old form, ended by #", payload(`${PIN}#`)],
  ])("(%s) are the same PIN", async (_, body) => {
    const { app } = await webhookFixture();
    expect(await answerOf(await app.request(digitsUrl(1), posted(body)))).toEqual({ status: 200, body: bye });
  });

  it.each<[string, Record<string, string>]>([
    ["today's form", { dtmf: JSON.stringify({ digits: PIN, timed_out: false }), speech: "{}", to: "2" }],
    ["the old form", { dtmf: PIN, timed_out: "false", to: "2" }],
  ])("(%s) are the same PIN in the query of a GET", async (_, query) => {
    const { app, fixture } = await webhookFixture();
    const response = await app.request(`${digitsUrl(1)}?${new URLSearchParams(query)}`);
    expect(await answerOf(response)).toEqual({ status: 200, body: bye });
    expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 1, matched: true })]);
  });

  it.each<[string, unknown, boolean]>([
    ["null", entered(null, true), true],
    ["an empty text", entered("", true), true],
    ["left out", payload({ timed_out: true }), true],
    ["an object without anything", payload({}), false],
    ["null, and whether time ran out as well", payload({ digits: null, timed_out: null }), false],
    ["null in the old form", { ...payload(null), timed_out: true }, true],
    ["an empty text in the old form", { ...payload(""), timed_out: true }, true],
    ["left out altogether", payload(undefined), false],
    ["# alone", entered("#"), false],
  ])("of silence (%s) use up an attempt", async (_, body, timed_out) => {
    const { app, fixture } = await webhookFixture();
    expect((await answerOf(await app.request(digitsUrl(1), posted(body)))).body).toEqual(again("That was wrong", 2));
    expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 1, matched: false, timed_out })]);
  });

  it.each([["1234 "], ["*4711"], ["47 11"], ["4711##"], ["47110"], ["471"]])(
    "do not make %j the PIN",
    async (digits) => {
      const { app, fixture } = await webhookFixture();
      await app.request(digitsUrl(1), posted(entered(digits)));
      expect(fixture.bus.published).toEqual([digitsEvent({ attempt: 1, matched: false })]);
    },
  );

  it.each(["{", "", "null", "[]", '{"dtmf":4711}', '{"dtmf":{"digits":4711}}'])("do not include %j", async (body) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(digitsUrl(1), posted(body)))).toEqual(
      problem(400, "Bad Request", "invalid_webhook", "Expected dtmf, as an object or as text."),
    );
    expect(fixture.bus.published).toEqual([]);
  });
});

describe("an address for digits", () => {
  const token = digitsUrl(1).split("/").at(-1) ?? "";
  it.each([
    ["of another attempt", altered(digitsUrl(1), "1", "2")],
    ["of an attempt that is no number", altered(digitsUrl(1), "1", "one")],
    ...["01", "1.0", "+1", "1e0", "0x1", "%201", "-1", "1."].map((spelled) => [
      `of an attempt that is spelled ${spelled}`,
      altered(digitsUrl(1), "1", spelled),
    ]),
    ["of another call", altered(digitsUrl(1), TID, OTHER_TID)],
    ["with another token", altered(digitsUrl(1), token, "A".repeat(43))],
    ["with a token too short", altered(digitsUrl(1), token, token.slice(0, -1))],
    ["with more than its token", altered(digitsUrl(1), token, `${token}.`)],
    ["with the token of a status", altered(digitsUrl(1), token, statusUrl().split("/").at(-1) ?? "")],
  ])("%s is refused as forged, and nothing is published", async (_, url) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(url, posted(entered(PIN))))).toEqual(
      problem(401, "Unauthorized", "forged_webhook", "The token in this address is not the one that was given for it."),
    );
    expect(fixture.bus.published).toEqual([]);
    expect(fixture.log.records).toEqual([{ event: "webhook.forged" }]);
  });

  it("of an unknown call is answered 404", async () => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(digitsUrl(1, OTHER_TID), posted(entered(PIN))))).toEqual(
      problem(404, "Not Found", "unknown_call", "The call is no longer on record."),
    );
    expect(fixture.bus.published).toEqual([]);
  });

  it("returns addresses on the host that the carrier used", async () => {
    const { app } = await webhookFixture();
    const request = posted(entered("0000"));
    const headers = { ...request.headers, host: "tunnel.example:8443", "x-forwarded-proto": "http" };
    const { body } = await answerOf(await app.request(digitsUrl(1), { ...request, headers }));
    expect(body[1].eventUrl[0]).toMatch(/^http:\/\/tunnel\.example:8443\/calls\//);
  });

  it("answers 503 when the bus is down, so that the carrier retries", async () => {
    const { app, fixture } = await webhookFixture();
    const down = new Error("down");
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(down);
    expect(await answerOf(await app.request(digitsUrl(1), posted(entered(PIN))))).toEqual(
      problem(503, "Service Unavailable", "unavailable", "Try again."),
    );
    expect(fixture.log.failures).toEqual([{ event: "webhook.failed", error: down, tid: TID }]);
  });

  it.each([PIN, "0000"])("gives no verdict when the key of its PIN is not listed: %s", async (digits) => {
    const { fixture } = await webhookFixture();
    const app = requests(webhooksApp({ ...fixture, pinKeys: [KEYS.seal] }));
    expect(await answerOf(await app.request(digitsUrl(1), posted(entered(digits))))).toEqual(
      problem(503, "Service Unavailable", "unavailable", "Try again."),
    );
    const error = new UnlistedKeyError(`the PIN of call ${TID} was hashed with a key not listed here`);
    expect(fixture.log.failures).toEqual([{ event: "webhook.failed", error, tid: TID }]);
    expect(fixture.bus.published).toEqual([]);
  });
});
