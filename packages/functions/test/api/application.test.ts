import { accept } from "@promptcall/core/call/evolve";
import { fingerprintOf, readPublicKey } from "@promptcall/core/security/public-key";
import { describe, expect, it, vi } from "vitest";
import { idOf } from "../../testing/random.ts";
import { after, at, claim, epoch, jwt, report, spec as specOf } from "../given.ts";
import { answerOf, apiFixture, BEARER, rsaKey } from "./given.ts";

type Api = ReturnType<typeof apiFixture>;

const get = async ({ app }: Api) => await answerOf(await app.request("/application", { headers: BEARER }));
const put = async ({ app }: Api, body: unknown, headers: Record<string, string> = BEARER) =>
  await answerOf(
    await app.request("/application", {
      method: "PUT",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    }),
  );

const [ONE, OTHER, THIRD] = [rsaKey(2048).publicKey, rsaKey(2048).publicKey, rsaKey(2048).publicKey];
const fingerprint = (pem: string) => fingerprintOf(readPublicKey(pem) ?? expect.fail());
const NONE = { queued: 0, live: 0, done: 0, failed: 0, parked: 0 };

describe("what is known of an application", () => {
  it("is its pace where nobody has said anything else", async () => {
    const { status, body } = await get(apiFixture());
    expect([status, body]).toEqual([
      200,
      {
        application_id: "app",
        public_keys: [],
        calls_per_second: expect.any(Number),
        current_calls_per_second: body.calls_per_second,
        counts: NONE,
      },
    ]);
  });

  it("is what an operator has set, too", async () => {
    const api = apiFixture();
    const next = { account: "acme", guard: { callsPerDay: 5 }, publicKeys: [{ pem: ONE, learned: true as const }] };
    await api.fixture.applications.write("app", { seen: {}, next });
    expect((await get(api)).body).toMatchObject({
      account: "acme",
      guard: { calls_per_day: 5 },
      public_keys: [{ fingerprint: fingerprint(ONE), learned: true }],
    });
  });

  it("counts its newest calls by how they stand, and those over by the last hour", async () => {
    const api = apiFixture();
    const { fixture } = api;
    const hold = (
      index: number,
      ...commands: Parameters<typeof after> extends [unknown, ...infer Rest] ? Rest : never
    ) => {
      const spec = specOf({ tid: idOf(100 + index), acceptedAt: at(0) });
      fixture.hold({ spec, call: after(accept(spec), ...commands) });
    };
    const over = (second: number) => report(second, { type: "leg", status: "completed" } as const);
    hold(0);
    hold(1, claim(1), report(2, { type: "dialed", uuid: "u" }));
    hold(2, claim(1), report(2, { type: "digits", attempt: 1, matched: true }), over(3));
    hold(3, claim(1), report(4_000, { type: "leg", status: "busy" }), over(4_001));
    hold(4, claim(1), report(3_990, { type: "digits", attempt: 1, matched: true }), over(4_000));
    await fixture.deliveries.add(idOf(102), { attempt: 1, at: at(4), answer: 500, durationMs: 1 }, "parked");
    fixture.clock.set(at(5_000));
    const lasting = { authorization: `Bearer ${jwt({ application_id: "app", iat: epoch(0), exp: epoch(9_000) })}` };
    expect((await answerOf(await api.app.request("/application", { headers: lasting }))).body.counts).toEqual({
      queued: 1,
      live: 1,
      done: 1,
      failed: 1,
      parked: 1,
    });
  });

  it("stops to count after 1,000 calls, and says so", async () => {
    const api = apiFixture();
    for (let index = 0; index < 1_001; index += 1) {
      const spec = specOf({ tid: idOf(1_000 + index), acceptedAt: at(index / 100) });
      api.fixture.hold({ spec, call: accept(spec) });
    }
    expect((await get(api)).body.counts).toEqual({ ...NONE, queued: 1_000, at_least: true });
  });
});

describe("what an application sets of itself", () => {
  it("is set, and what is not named stays", async () => {
    const api = apiFixture();
    await api.fixture.applications.write("app", { seen: {}, next: { account: "acme" } });
    const hosts = await put(api, { callback_hosts: ["Own.Example", "other.example:9443"] });
    expect(hosts.body).toMatchObject({ callback_hosts: ["own.example", "other.example:9443"], account: "acme" });
    const keys = await put(api, { public_keys: [ONE, OTHER, ONE].slice(0, 2) });
    expect(keys.status).toBe(200);
    const { account, callbackHosts, publicKeys } = await api.fixture.applications.read("app");
    expect({ account, callbackHosts }).toEqual({
      account: "acme",
      callbackHosts: ["own.example", "other.example:9443"],
    });
    expect(publicKeys).toEqual([ONE, OTHER].map((pem) => ({ ...readPublicKey(pem), own: true })));
    expect(keys.body.public_keys).toEqual([ONE, OTHER].map((pem) => ({ fingerprint: fingerprint(pem) })));
    // From now on the registered keys judge, and this credential was made with neither.
    expect((await get(api)).status).toBe(401);
  });

  it("is set with a private key as with a JWT, which is kept nowhere", async () => {
    const api = apiFixture();
    const { privateKey, publicKey } = rsaKey(2048);
    const credential = { app_id: "app", private_key: privateKey };
    const { status, body } = await put(api, { ...credential, public_keys: [publicKey] }, {});
    expect([status, body]).toMatchObject([200, { application_id: "app", public_keys: [{}] }]);
    expect(JSON.stringify([body, api.fixture.log.records])).not.toContain(privateKey.split("\n")[1]);
    const other = { app_id: "app", private_key: rsaKey(2048).privateKey, callback_hosts: ["own.example"] };
    expect((await put(api, { ...other, private_key: "x" }, {})).body.errors).toMatchObject([{ field: "private_key" }]);
    api.fixture.carrier.takes = async () => "no";
    expect((await put(api, other, {})).status).toBe(401);
  });

  it("is numbers that are not called, as people write them, each once", async () => {
    const api = apiFixture();
    const { body } = await put(api, { do_not_call: ["+44 7700 900001", "447700900001", "+1 (415) 555-0100"] });
    expect(body.do_not_call).toEqual(["+447700900001", "+14155550100"]);
    expect((await get(api)).body.do_not_call).toEqual(body.do_not_call);
    expect(JSON.stringify(api.fixture.log.records)).not.toContain("7700900001");
    expect((await put(api, { do_not_call: [] })).body).not.toHaveProperty("do_not_call");
    expect(await api.fixture.applications.read("app")).not.toHaveProperty("doNotCall");
  });

  it("reads which of 1,000 numbers is wrong, and takes no more than these", async () => {
    const api = apiFixture();
    const numbers = Array.from({ length: 1_000 }, (_, index) => `4477009${String(index).padStart(5, "0")}`);
    const wrong = await put(api, { do_not_call: numbers.with(7, "07700 900001").with(9, "x") });
    expect(wrong.body.errors).toMatchObject([{ field: "do_not_call[7]" }, { field: "do_not_call[9]" }]);
    expect((await put(api, { do_not_call: [...numbers, "447700900001"] })).status).toBe(400);
    expect(await api.fixture.applications.read("app")).toEqual({});
    expect((await put(api, { do_not_call: numbers })).status).toBe(200);
  });

  it("is written once, however often it is sent", async () => {
    const api = apiFixture();
    const asked = { callback_hosts: ["own.example"] };
    expect(await put(api, asked)).toEqual(await put(api, asked));
    expect((await api.fixture.applications.read("app")).revision).toBe(1);
  });

  it("is told on the bus and in the log where keys change, and nothing of the keys themselves", async () => {
    const api = apiFixture();
    const { bus, log } = api.fixture;
    await put(api, { callback_hosts: ["own.example"] });
    expect(bus.keyChanges).toEqual([]);
    await put(api, { public_keys: [ONE] });
    api.fixture.carrier.takes = async () => "yes";
    await put(api, { public_keys: [ONE], do_not_call: ["447700900001"] });
    const event = {
      type: "application.keys_changed",
      metadata: { id: "keys_changed_app_2", version: 1, application_id: "app", time: at(0) },
      data: { kinds: ["own"], by: "credential" },
    };
    expect(bus.keyChanges).toEqual([event]);
    const told = log.records.filter((record) => record.event === "application.keys_changed");
    expect(told).toEqual([
      { event: "application.keys_changed", application_id: "app", kinds: "own", by: "credential" },
    ]);
    expect(JSON.stringify([bus.keyChanges, log.records])).not.toContain(ONE.split("\n")[1]);
    await put(api, { public_keys: [] });
    expect(bus.keyChanges.map(({ metadata }) => metadata.id)).toEqual(["keys_changed_app_2", "keys_changed_app_4"]);
  });

  it("is set although the bus does not take the event of it, which the log says", async () => {
    const api = apiFixture();
    vi.spyOn(api.fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
    expect((await put(api, { public_keys: [ONE] })).status).toBe(200);
    expect(api.fixture.log.failures).toMatchObject([{ event: "application.keys_changed.unpublished" }]);
  });

  it("is any host again where the list is empty", async () => {
    const api = apiFixture();
    await put(api, { callback_hosts: ["own.example"] });
    expect((await put(api, { callback_hosts: [] })).body).not.toHaveProperty("callback_hosts");
    expect(await api.fixture.applications.read("app")).not.toHaveProperty("callbackHosts");
  });

  it.each(["calls_per_second", "account", "guard"])("is not %s, which is the operator's", async (name) => {
    const api = apiFixture();
    const { status, body } = await put(api, { callback_hosts: ["own.example"], [name]: 5 });
    expect([status, body.type]).toEqual([403, "urn:promptcall:problem:operators_only"]);
    expect(await api.fixture.applications.read("app")).toEqual({});
  });

  it.each([
    ["three keys", { public_keys: [ONE, OTHER, THIRD] }, "public_keys"],
    ["a private key", { public_keys: [rsaKey(2048).privateKey] }, "public_keys"],
    ["a short key", { public_keys: [rsaKey(1024).publicKey] }, "public_keys"],
    ["no list", { public_keys: ONE }, "public_keys"],
    ["an address", { callback_hosts: ["https://own.example/"] }, "callback_hosts"],
    ["numbers that are no list", { do_not_call: "447700900001" }, "do_not_call"],
    ["an unknown name", { callback_host: ["own.example"] }, "callback_host"],
    ["calls", { calls: [] }, "calls"],
  ])("is refused with %s, and nothing is changed", async (_, asked, field) => {
    const api = apiFixture();
    const { status, body } = await put(api, asked);
    expect([status, body.errors.map((error: { field: string }) => error.field)]).toEqual([400, [field]]);
    expect(await api.fixture.applications.read("app")).toEqual({});
  });

  it("is JSON, and by nobody without a credential", async () => {
    const api = apiFixture();
    expect((await put(api, {}, { ...BEARER, "content-type": "text/csv" })).status).toBe(415);
    expect((await put(api, {}, { authorization: "" })).status).toBe(401);
    expect((await put(api, [], BEARER)).status).toBe(400);
  });
});
