import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { idOf } from "../../testing/random.ts";
import { after, at, claim, epoch, jwt, KEYS, PIN, report, SETTINGS, spec as specOf } from "../given.ts";
import { answerOf, apiFixture, BEARER, form, json, rsaKey } from "./given.ts";

const OTHER = { authorization: `Bearer ${jwt({ application_id: "other", iat: epoch(0), exp: epoch(900) })}` };
const BATCH_ID = idOf(900);
const tidOf = (index: number) => callIdOf({ batchId: BATCH_ID, index });

type Api = Awaited<ReturnType<typeof given>>;

/** Six calls that came alone, accepted a second apart, and between them a batch of three; one call of another application. */
async function given() {
  const api = apiFixture();
  const { fixture } = api;
  const alone = (index: number, changes: Partial<CallSpec> = {}) =>
    specOf({ tid: idOf(100 + index), acceptedAt: at(index), reference: `order ${index}`, ...changes });
  const busy = (spec: CallSpec) =>
    after(
      accept(spec),
      claim(10),
      report(11, { type: "leg", status: "busy" }),
      report(12, { type: "leg", status: "completed" }),
    );
  const dialed = (spec: CallSpec) => after(accept(spec), claim(10), report(11, { type: "dialed", uuid: "uuid" }));
  for (const index of [0, 1, 2]) fixture.hold({ spec: alone(index), call: busy(alone(index)) });
  fixture.hold({ spec: alone(4), call: dialed(alone(4)) });
  fixture.hold({ spec: alone(5, { to: "+1 415 555 0100" }), call: accept(alone(5)) });
  fixture.hold({ spec: alone(6, { applicationId: "other" }), call: accept(alone(6, { applicationId: "other" })) });
  for (const index of [0, 1, 2]) {
    const spec = specOf({ tid: tidOf(index), acceptedAt: at(3), batch: { id: BATCH_ID, index } });
    fixture.hold({ spec, call: accept(spec) });
  }
  const times = { acceptedAt: at(3), firstDialAt: at(4), lastDialAt: at(5), expiresAt: at(3_600) };
  await fixture.batches.add({ id: BATCH_ID, applicationId: "app", owner: "app:app", count: 3, ...times });
  await fixture.batches.add({ id: idOf(901), applicationId: "other", owner: "app:other", count: 3, ...times });
  const attempt = (answer: number) => ({ attempt: 1, at: at(13), answer, durationMs: 5 });
  await fixture.deliveries.add(idOf(100), attempt(503), "parked");
  await fixture.deliveries.add(idOf(101), attempt(200), "delivered");
  return api;
}

/** The newest first. */
const ALL = [idOf(105), idOf(104), tidOf(2), tidOf(1), tidOf(0), idOf(102), idOf(101), idOf(100)];

const ask = async ({ app }: Api, path: string, { method = "GET", headers = BEARER } = {}) =>
  await answerOf(await app.request(path, { method, headers }));
const tidsIn = async (api: Api, query: string) =>
  (await ask(api, `/calls?${query}`)).body.data.map(({ tid }: { tid: string }) => tid);

/** All pages, and how many there were. */
async function walked(api: Api, path: string) {
  const found: { tid: string; batch_id?: string }[] = [];
  let next: string | undefined = path;
  let pages = 0;
  while (next !== undefined) {
    const response: Response = await api.app.request(next, { headers: BEARER });
    const { data, next_cursor } = (await response.json()) as { data: typeof found; next_cursor?: string };
    const link = /^<https:\/\/function\.example(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    expect(link === undefined ? undefined : new URL(link, "http://x").searchParams.get("cursor")).toBe(next_cursor);
    found.push(...data);
    next = link;
    pages += 1;
  }
  return { found, pages };
}

describe("the calls of an application", () => {
  it("are its own alone, the newest first, those of batches among them", async () => {
    const api = await given();
    expect(await tidsIn(api, "")).toEqual(ALL);
    expect((await ask(api, "/calls", { headers: OTHER })).body.data).toHaveLength(4 - 3);
  });

  it("are shown as a status shows them, and neither PIN nor text with them", async () => {
    const api = await given();
    const { body } = await ask(api, "/calls?limit=1");
    const status = await ask(
      api,
      `/call/${idOf(105)}?token=${statusToken({ kind: "call", id: idOf(105), key: KEYS.status })}`,
    );
    expect(body.data).toEqual([status.body]);
    const shown = JSON.stringify((await ask(api, "/calls")).body);
    const { text, byeText, pinHash } = specOf();
    for (const secret of [text, byeText ?? "", pinHash, `"${PIN}"`]) expect(shown).not.toContain(secret);
  });

  it.each([
    ["state=queued", [idOf(105), tidOf(2), tidOf(1), tidOf(0)]],
    ["state=dialing,completed", [idOf(104), idOf(102), idOf(101), idOf(100)]],
    ["state=dialing&state=completed", [idOf(104), idOf(102), idOf(101), idOf(100)]],
    ["status=error&reason=busy", [idOf(102), idOf(101), idOf(100)]],
    ["status=ok", []],
    ["reference=order 1,order 4", [idOf(104), idOf(101)]],
    ["to=14155550100", [idOf(105)]],
    [`batch_id=${BATCH_ID}`, [tidOf(2), tidOf(1), tidOf(0)]],
    [`batch_id=${idOf(901)}`, []],
    ["callback_state=parked", [idOf(100)]],
    ["callback_state=delivered", [idOf(101)]],
    [`since=${at(4)}`, [idOf(105), idOf(104)]],
    [`until=${at(2)}`, [idOf(101), idOf(100)]],
    [`since=${at(1)}&until=${at(3)}`, [idOf(102), idOf(101)]],
  ])("are those that are asked for by %s", async (query, tids) => {
    expect(await tidsIn(await given(), query)).toEqual(tids);
  });

  it.each([1, 2, 3, 7, 8, 100])("are all there, once each, in pages of %i", async (limit) => {
    const { found } = await walked(await given(), `/calls?limit=${limit}`);
    expect(found.map(({ tid }) => tid)).toEqual(ALL);
  });

  it("are all found, however few of those looked at are wanted", async () => {
    const api = await given();
    const calls = Array.from({ length: 450 }, (_, index) =>
      specOf({ tid: idOf(2_000 + index), acceptedAt: at(20 + index / 100) }),
    );
    for (const spec of calls) api.fixture.hold({ spec, call: accept(spec) });
    const { found, pages } = await walked(api, "/calls?callback_state=parked,delivered");
    expect(found.map(({ tid }) => tid)).toEqual([idOf(101), idOf(100)]);
    expect(pages).toBe(3);
  });
});

describe("a cursor", () => {
  const cursorOf = async (api: Api, query = "") =>
    (await ask(api, `/calls?limit=1${query}`)).body.next_cursor as string;
  const wrong = [
    {
      field: "cursor",
      wrong: "must be the next_cursor of the same list and filters",
      expected: "the next_cursor of the same list and filters",
    },
  ];

  it("leads on with another limit", async () => {
    const api = await given();
    expect(await tidsIn(api, `limit=2&cursor=${await cursorOf(api)}`)).toEqual(ALL.slice(1, 3));
  });

  it("is no use to another application, in another list, with other filters, or changed", async () => {
    const api = await given();
    const cursor = await cursorOf(api);
    const changed = `${cursor[0] === "a" ? "b" : "a"}${cursor.slice(1)}`;
    const asked: [string, typeof BEARER][] = [
      [`/calls?cursor=${cursor}`, OTHER],
      [`/batches?cursor=${cursor}`, BEARER],
      [`/calls?state=queued&cursor=${cursor}`, BEARER],
      [`/calls?cursor=${changed}`, BEARER],
      ["/calls?cursor=%00", BEARER],
    ];
    for (const [path, headers] of asked) {
      const { status, body } = await ask(api, path, { headers });
      expect([path, status, body.errors]).toEqual([path, 400, wrong]);
    }
  });
});

describe("the batches of an application", () => {
  it("are its own alone, each as its status shows it", async () => {
    const api = await given();
    const status = await ask(api, `/batch/${BATCH_ID}`, {});
    expect((await ask(api, "/batches")).body).toEqual({ data: [status.body] });
    expect((await ask(api, `/batches?since=${at(4)}`)).body).toEqual({ data: [] });
    const { state } = status.body;
    expect((await ask(api, `/batches?state=${state}`)).body.data).toHaveLength(1);
    expect((await ask(api, "/batches?state=paused")).body.data).toEqual([]);
  });

  it("are all there, once each, in pages of at most 25", async () => {
    const api = await given();
    const times = { firstDialAt: at(4), lastDialAt: at(5), expiresAt: at(3_600), owner: "app:app" };
    for (let index = 0; index < 30; index += 1)
      await api.fixture.batches.add({
        id: idOf(910 + index),
        applicationId: "app",
        count: 1,
        acceptedAt: at(10 + index),
        ...times,
      });
    for (const limit of [7, 100]) {
      const { found } = await walked(api, `/batches?limit=${limit}`);
      const ids = [...Array.from({ length: 30 }, (_, index) => idOf(939 - index)), BATCH_ID];
      expect(found.map(({ batch_id }) => batch_id)).toEqual(ids);
    }
  });
});

describe("a list", () => {
  it.each(["/calls", "/batches", "/application"])("%s takes a credential that proves itself", async (path) => {
    const api = await given();
    const without = await api.app.request(path);
    expect([without.status, without.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  it.each([
    ["/calls?stat=queued", "stat", "state, which is the nearest"],
    ["/calls?state=asleep", "state", expect.stringMatching(/^of queued, /)],
    ["/calls?limit=0", "limit", "a number from 1 to 100"],
    ["/calls?limit=101", "limit", "a number from 1 to 100"],
    ["/calls?since=yesterday", "since", "one time in ISO 8601, as 2026-01-31T12:00:00Z"],
    ["/batches?reason=busy", "reason", expect.any(String)],
  ])("%s is refused with what is expected of %s", async (path, field, expected) => {
    const { status, body } = await ask(await given(), path);
    expect([status, body.errors]).toEqual([400, [{ field, wrong: expect.any(String), expected }]]);
  });

  it("takes what is empty for what is not given", async () => {
    expect(await tidsIn(await given(), "state=&limit=&cursor=&since=")).toEqual(ALL);
  });
});

describe("a result that is asked for again", () => {
  const replayed = { status: 202, type: "application/json", body: { count: 1 } };
  const token = (tid: string) => `token=${statusToken({ kind: "call", id: tid, key: KEYS.status })}`;

  it.each([
    ["parked", idOf(100)],
    ["delivered", idOf(101)],
  ])("is delivered once more where it was %s, under the same webhook-id", async (_, tid) => {
    const api = await given();
    const { fixture } = api;
    expect(await ask(api, `/call/${tid}/replay`, { method: "POST" })).toEqual(replayed);
    expect(
      await ask(api, `/call/${tid}/replay?${token(tid)}`, { method: "POST", headers: {} as typeof BEARER }),
    ).toEqual(replayed);
    const deliver = dispatcher({ ...fixture, keys: [KEYS.callback], settings: SETTINGS.callback });
    const events = [];
    for (const message of fixture.callbacks.sent) events.push((await deliver(message)).event);
    expect(events).toEqual(["callback.delivered", "callback.delivered"]);
    expect(fixture.sender.requests.map(({ headers }) => headers["webhook-id"])).toEqual([`msg_${tid}`]);
    expect((await fixture.deliveries.read(tid)).attempts.map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it("has to be there, and over", async () => {
    const api = await given();
    expect((await ask(api, `/call/${idOf(102)}/replay`, { method: "POST" })).status).toBe(409);
    expect((await ask(api, `/call/${idOf(100)}/replay`, { method: "POST", headers: OTHER })).status).toBe(404);
    expect(api.fixture.callbacks.sent).toEqual([]);
  });

  it.each([
    ["", 1],
    ["?receiver=customer.example", 1],
    ["?receiver=elsewhere.example", 0],
    ["?reference=order 0", 1],
    ["?reason=machine", 0],
  ])("by the filters %s is every one that is parked", async (query, count) => {
    const api = await given();
    expect(await ask(api, `/calls/replay${query}`, { method: "POST" })).toEqual({ ...replayed, body: { count } });
    expect(api.fixture.callbacks.sent.map((sent) => "tid" in sent && sent.tid)).toEqual(count ? [idOf(100)] : []);
  });

  it.each<[string, RequestInit, number]>([
    ["JSON", json({ receiver: "customer.example", limit: 5 }), 1],
    ["JSON, with lists", json({ receiver: ["elsewhere.example", "customer.example"], reference: ["order 0"] }), 1],
    ["JSON that says otherwise than the query", json({ reference: "order 1" }), 0],
    ["a form", form({ receiver: "customer.example", reference: "order 0,order 2" }), 1],
    [
      "a form, with a field twice",
      form([
        ["receiver", "customer.example"],
        ["receiver", "elsewhere.example"],
      ]),
      1,
    ],
    ["JSON, with a private key", json({ app_id: "app", private_key: rsaKey(2048).privateKey }, {}), 1],
  ])("by the filters in %s is every one that is parked", async (_, request, count) => {
    const api = await given();
    const answer = await answerOf(await api.app.request("/calls/replay?reference=order%200", request));
    expect(answer).toEqual({ ...replayed, body: { count } });
    expect(api.fixture.callbacks.sent).toHaveLength(count);
  });

  it.each<[string, RequestInit, number]>([
    ["a filter that there is not", json({ receivers: "customer.example" }), 400],
    ["a filter that is no text", json({ receiver: { name: "customer.example" } }), 400],
    ["51 values", json({ reference: Array.from({ length: 51 }, (_, index) => `order ${index}`) }), 400],
    ["calls", json({ calls: [] }), 400],
    ["half a body", json('{"receiver":'), 400],
    ["CSV", { method: "POST", headers: { ...BEARER, "content-type": "text/csv" }, body: "receiver\n" }, 415],
    ["no credential", json({ receiver: "customer.example" }, {}), 401],
  ])("is none with %s", async (_, request, status) => {
    const api = await given();
    expect((await answerOf(await api.app.request("/calls/replay", request))).status).toBe(status);
    expect(api.fixture.callbacks.sent).toEqual([]);
  });

  it("is none of another application", async () => {
    const api = await given();
    expect((await ask(api, "/calls/replay", { method: "POST", headers: OTHER })).body).toEqual({ count: 0 });
  });
});
