import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { at, epoch, jwt, SETTINGS, TO } from "../given.ts";
import { batch, DEFAULTS, numberAt, post, text } from "./batch-given.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";
import { call, guarded, isUntouched, LASTING, PREMIUM, refusal, SATELLITE, statusOf } from "./guard-given.ts";

describe("a call that the guard refuses", () => {
  it.each<[string, string, Parameters<typeof guarded>[0]]>([
    ["premium_destination", PREMIUM, {}],
    ["premium_destination", "19005551234", {}],
    ["premium_destination", "+979112345678", {}],
    ["premium_destination", "+447012345678", {}],
    ["satellite_destination", SATELLITE, {}],
    ["satellite_destination", "+870773123456", {}],
    ["satellite_destination", "+8821612345678", {}],
    ["destination_denied", TO, { stage: { deniedPrefixes: ["4477"] } }],
    ["destination_denied", TO, { application: { deniedPrefixes: ["44"] } }],
    ["destination_not_allowed", TO, { application: { allowedPrefixes: ["33", "49"] } }],
  ])("is answered %s: %s", async (code, to, rules) => {
    const api = guarded(rules);
    expect(await call(api, { to })).toMatchObject(refusal(403, code));
    isUntouched(api);
    expect(api.fixture.log.records).toEqual([{ event: "call.rejected", status: 403, code, guarded: 1 }]);
  });

  it("names the field, and not the number", async () => {
    const { body } = await call(guarded(), { to: PREMIUM });
    expect(body.errors).toEqual([{ field: "to", wrong: expect.any(String), expected: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toContain("9098");
  });

  it("is accepted where its application may make it", async () => {
    const api = guarded({ application: { deniedKinds: [], allowedPrefixes: ["44", "881"] } });
    expect([await statusOf(api, { to: PREMIUM }), await statusOf(api, { to: SATELLITE })]).toEqual([202, 202]);
  });
});

describe("a call to a number that its application does not call", () => {
  const withList = async (doNotCall: readonly string[]) => {
    const api = apiFixture();
    await api.fixture.applications.write("app", { seen: {}, next: { doNotCall } });
    return api;
  };
  const digits = TO.slice(1);

  it.each([TO, digits, "+44 (7700) 900-001"])("is refused, however it is written: %s", async (to) => {
    const api = await withList([digits]);
    expect(await call(api, { to })).toMatchObject(refusal(403, "do_not_call"));
    expect(await call(api, { to, dry_run: true })).toMatchObject(refusal(403, "do_not_call"));
    isUntouched(api);
    expect(JSON.stringify(api.fixture.log.records)).not.toContain("7700");
  });

  it("is refused in a batch by itself, and all calls with it where they are wanted together", async () => {
    const api = await withList([digits]);
    const rows = [{ to: numberAt(2) }, { to: TO }, { to: numberAt(3) }];
    const { body } = await post(api, batch(rows, {}, LASTING));
    expect(body).toMatchObject({ count: 2, rejected: [{ index: 1, code: "do_not_call" }], rejected_count: 1 });
    const atomic = await withList([digits]);
    expect((await post(atomic, batch(rows, { atomic: true }, LASTING))).status).toBe(403);
    isUntouched(atomic);
  });

  it("is made by another application, and once the number is off the list", async () => {
    const api = await withList([digits]);
    const other = { authorization: `Bearer ${jwt({ application_id: "other", iat: epoch(0), exp: epoch(86_400) })}` };
    expect(await statusOf(api, {}, other)).toBe(202);
    const seen = await api.fixture.applications.read("app");
    await api.fixture.applications.write("app", { seen, next: {} });
    expect(await statusOf(api)).toBe(202);
  });
});

describe("a request with a price", () => {
  const most = async (max_price: unknown, api = guarded()) => await call(api, { max_price });

  it("is accepted where the calls cost no more, however long they last", async () => {
    expect((await most("1.00")).status).toBe(202);
    expect((await most(1)).status).toBe(202);
  });

  it("is refused where they may cost more, with the price that would do", async () => {
    const api = guarded();
    const { status, body } = await most("0.01", api);
    expect({ status, body }).toMatchObject(refusal(403, "price_too_high"));
    expect(body).toMatchObject({ max_price: "0.01", currency: "EUR" });
    isUntouched(api);
    expect((await most(body.price)).status).toBe(202);
  });

  it("is held to the operator's limit, too", async () => {
    const api = guarded({ application: { maxPrice: "0.02" } });
    expect((await most("1.00", api)).body).toMatchObject({ max_price: "0.02" });
    expect((await call(api)).body).toMatchObject({ max_price: "0.02" });
  });

  it("is priced by the operator's list, where there is one", async () => {
    expect((await most("0.01", guarded({ stage: { rates: { "44": "0.001" } } }))).status).toBe(202);
  });

  it.each(["a lot", "-1", "0.0000001"])("is refused where it is no amount: %j", async (max_price) => {
    const { status } = await most(max_price);
    expect(status).toBe(400);
  });

  it("is the price of all calls of a batch together", async () => {
    const api = guarded();
    const one = (await call(api, { dry_run: true })).body.price;
    const calls = [{ to: numberAt(1) }, { to: numberAt(2) }];
    expect((await post(api, batch(calls, { max_price: one }))).status).toBe(403);
    expect((await post(api, batch(calls, { max_price: String(2 * Number(one)) }))).status).toBe(202);
  });
});

describe("a destination where hardly any call is completed", () => {
  it("is not called until it is open again", async () => {
    const api = guarded();
    for (let calls = 0; calls < SETTINGS.guard.breaker.leastCalls; calls += 1)
      await api.fixture.breakers.count({
        tid: randomUUID(),
        applicationId: "app",
        destination: "447",
        isCompleted: false,
      });
    const refused = await api.app.request("/call", json(PARAMETERS, LASTING));
    expect(refused.headers.get("retry-after")).toBe("900");
    expect(await answerOf(refused)).toMatchObject(refusal(429, "destination_suspended"));
    isUntouched(api);
    expect(await statusOf(api, { to: "+442079460000" })).toBe(202);
    api.fixture.clock.set(at(900));
    expect(await statusOf(api)).toBe(202);
  });
});

describe("a batch", () => {
  const stage = { callsPerDestinationPerHour: 2 };
  const numbers = [numberAt(1), PREMIUM, numberAt(1), SATELLITE, numberAt(1), numberAt(2)];
  const calls = numbers.map((to) => ({ to }));
  const row = (index: number, code: string) => ({
    index,
    code,
    errors: [{ field: "to", wrong: expect.any(String), expected: expect.any(String) }],
  });
  const rejected = [row(1, "premium_destination"), row(3, "satellite_destination"), row(4, "destination_limit")];

  it("is accepted but for the calls that the guard refuses, each with its reason", async () => {
    const api = guarded({ stage });
    const { status, body } = await post(api, batch(calls));
    expect(status).toBe(202);
    expect(body).toMatchObject({ count: 3, rejected_count: 3, rejected });
    expect(body.accepted.map(({ index }: { index: number }) => index)).toEqual([0, 2, 5]);
    expect(api.fixture.calls.records().specs.map(({ to }) => to)).toEqual([numbers[0], numbers[2], numbers[5]]);
    expect(api.fixture.log.records).toContainEqual(
      expect.objectContaining({ event: "batch.accepted", accepted: 3, guarded: 3 }),
    );
  });

  it("is answered the same when it is repeated, whatever the guard would say by then", async () => {
    const api = guarded({ stage });
    const headers = { ...BEARER, "idempotency-key": "batch 1" };
    const first = await post(api, batch(calls, {}, headers));
    api.fixture.clock.set(at(60));
    expect(await post(api, batch(calls, {}, headers))).toEqual(first);
    expect(first.body).toMatchObject({ rejected });
  });

  it("is refused as a whole where it is all or nothing, and counts for nothing", async () => {
    const api = guarded({ stage });
    const { status, body } = await post(api, batch(calls, { atomic: true }));
    expect({ status, body }).toMatchObject(refusal(403, "premium_destination"));
    expect(body).toMatchObject({ rejected: rejected.slice(0, 2), rejected_count: 2 });
    const limited = await post(api, batch([calls[0], calls[0], calls[0]], { atomic: true }));
    expect(limited).toMatchObject(refusal(429, "destination_limit"));
    isUntouched(api);
    expect((await post(api, batch([calls[0], calls[0]], { atomic: true }))).status).toBe(202);
  });

  it("is refused where none of its calls is left", async () => {
    const api = guarded();
    expect(await post(api, batch([{ to: PREMIUM }, { to: SATELLITE }]))).toMatchObject(
      refusal(403, "premium_destination"),
    );
    isUntouched(api);
  });
});

describe("a dry run", () => {
  const ESTIMATE = { dry_run: true, count: 1, first_dial_at: at(0), last_dial_at: at(0), currency: "EUR" };

  it.each([
    ["JSON", json({ ...PARAMETERS, dry_run: true })],
    ["a form", form({ ...PARAMETERS, dry_run: "true" })],
  ])("of a call, in %s, tells when it would be dialed and what it may cost, and does nothing", async (_, request) => {
    const api = guarded();
    const answer = await post(api, request);
    expect(answer).toEqual({
      status: 200,
      type: "application/json",
      body: { ...ESTIMATE, price: expect.stringMatching(/^0\.\d{2,6}$/) },
    });
    isUntouched(api);
    expect(api.fixture.log.records).toEqual([]);
  });

  it("of a batch tells what would be rejected, too", async () => {
    const api = guarded({ stage: { callsPerDestinationPerHour: 1 } });
    const calls = [numberAt(1), "x", PREMIUM, numberAt(1), numberAt(2)].map((to) => ({ to }));
    const { status, body } = await post(api, batch(calls, { dry_run: true }));
    expect({ status, body }).toMatchObject({ status: 200, body: { ...ESTIMATE, count: 2, rejected_count: 3 } });
    expect(body.rejected).toEqual([
      expect.objectContaining({ index: 1 }),
      expect.objectContaining({ index: 2, code: "premium_destination" }),
      expect.objectContaining({ index: 3, code: "destination_limit" }),
    ]);
    isUntouched(api);
  });

  it("of a file asks for it in the query", async () => {
    const api = guarded();
    const { to: _, ...others } = { ...DEFAULTS, to: "" };
    const csv = [Object.keys({ to: "", ...others }), [numberAt(1), ...Object.values(others)]].join("\n");
    const { status, body } = await post(api, text(csv, "text/csv"), "?dry_run=true");
    expect({ status, body }).toMatchObject({ status: 200, body: { ...ESTIMATE, rejected_count: 0 } });
    isUntouched(api);
  });

  it("is refused as the request itself would be", async () => {
    const api = guarded({ stage: { callsPerDestinationPerHour: 1 }, application: { callsPerDay: 2 } });
    const dry = (more: object) => call(api, { ...more, dry_run: true });
    expect(await dry({ to: PREMIUM })).toMatchObject(refusal(403, "premium_destination"));
    expect(await dry({ max_price: "0.01" })).toMatchObject(refusal(403, "price_too_high"));
    expect((await dry({ pin_code: "x" })).status).toBe(400);
    expect([await statusOf(api), (await dry({})).status]).toEqual([202, 429]);
    expect([await statusOf(api, { to: numberAt(2) }), (await dry({ to: numberAt(3) })).status]).toEqual([202, 429]);
  });

  it("takes no idempotency key for itself", async () => {
    const api = guarded();
    const headers = { "idempotency-key": "order 1" };
    expect([await statusOf(api, { dry_run: true }, headers), await statusOf(api, {}, headers)]).toEqual([200, 202]);
  });
});
