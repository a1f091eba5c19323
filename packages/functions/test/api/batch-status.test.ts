import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import type { BatchRecord } from "../../src/ports/batches.ts";
import { timers } from "../../src/timers/fire.ts";
import { requests } from "../../testing/requests.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { after, at, CREDENTIAL, claim, KEYS, report, spec as specOf } from "../given.ts";
import { answerOf, apiFixture } from "./given.ts";

const ID = "3b241101-e2bb-4255-8caf-4136c566a962";
const OWNER = "app:app";
const token = statusToken({ kind: "batch", id: ID, key: KEYS.status });
const tidAt = (index: number) => callIdOf({ batchId: ID, index });

const specAt = (index: number, changes: Partial<CallSpec> = {}) =>
  specOf({ tid: tidAt(index), to: `44770090000${index}`, batch: { id: ID, index: index * 2 }, ...changes });

/** A batch whose calls are at these points of their lives. */
async function given(count = 4, record: Partial<BatchRecord> = {}) {
  const api = apiFixture();
  const { fixture } = api;
  const dialed = (index: number) => after(accept(specAt(index)), claim(1), report(2, { type: "dialed", uuid: UUID }));
  const busy = (index: number) =>
    after(dialed(index), report(3, { type: "leg", status: "busy" }), report(4, { type: "leg", status: "completed" }));
  const calls = [busy(0), dialed(1), accept(specAt(2)), accept(specAt(3))];
  for (const [index, call] of calls.entries()) fixture.hold({ spec: specAt(index, REFERENCES[index]), call });
  const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(120), expiresAt: at(3_600) };
  await fixture.batches.add({ id: ID, applicationId: "app", owner: OWNER, count, ...times, ...record });
  const seen = await fixture.loops.read(OWNER);
  const entry = { from: Math.min(2, count), count, startMs: Date.parse(at(0)), expiryMs: Date.parse(at(3_600)) };
  const next = { ...seen, version: 1, dueMs: Date.parse(at(1)), batches: { [ID]: entry } };
  await fixture.loops.write(OWNER, { seen, next });
  return api;
}
const REFERENCES = [{ reference: '=1+1, "quoted"' }, {}, {}, {}];

const get = async ({ app }: Awaited<ReturnType<typeof given>>, path: string) => await app.request(path);

describe("the address of a batch", () => {
  it("counts its calls by state, status and reason, and says when it should be over", async () => {
    const answer = await answerOf(await get(await given(), `/batch/${ID}?token=${token}`));
    expect(answer).toEqual({
      status: 200,
      type: "application/json",
      body: {
        batch_id: ID,
        count: 4,
        accepted_at: at(0),
        first_dial_at: at(1),
        last_dial_at: at(1),
        state: "running",
        states: { queued: 2, live: 1, completed: 1 },
        calls_per_second: 3,
        current_calls_per_second: 3,
        statuses: { error: 1 },
        reasons: { busy: 1 },
        estimated_end_at: at(61),
      },
    });
  });

  it("returns every call as a line of JSON, in the order of the request", async () => {
    const response = await get(await given(), `/batch/${ID}/results?token=${token}`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text()).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line)).map(({ index, tid, state }) => [index, tid, state])).toEqual([
      [0, tidAt(0), "completed"],
      [2, tidAt(1), "dialing"],
      [4, tidAt(2), "queued"],
      [6, tidAt(3), "queued"],
    ]);
  });

  it("returns every call as a line of CSV, without formulas", async () => {
    const response = await get(await given(), `/batch/${ID}/results?token=${token}&format=csv`);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect((await response.text()).split("\r\n").slice(0, 3)).toEqual([
      "index,tid,to,reference,state,status,reason,attempts,uuid,accepted_at,dialed_at,answered_at,completed_at,duration_seconds,price,choice,not_redialed",
      `0,${tidAt(0)},447700900000,"'=1+1, ""quoted""",completed,error,busy,0,${UUID},${at(0)},${at(1)},,${at(3)},,,,`,
      `2,${tidAt(1)},447700900001,,dialing,,,0,${UUID},${at(0)},${at(1)},,,,,,`,
    ]);
  });

  it("refuses any other format", async () => {
    const answer = await answerOf(await get(await given(), `/batch/${ID}/results?token=${token}&format=xml`));
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ field: "format", expected: "json, ndjson or csv" }] },
    });
  });

  it.each(["", `?token=${"x".repeat(43)}`, `?token=${statusToken({ kind: "call", id: ID, key: KEYS.status })}`])(
    "shows nothing and cancels nothing with %s",
    async (query) => {
      const api = await given();
      for (const path of [`/batch/${ID}`, `/batch/${ID}/results`])
        expect((await get(api, `${path}${query}`)).status).toBe(404);
      expect((await api.app.request(`/batch/${ID}${query}`, { method: "DELETE" })).status).toBe(404);
      expect(api.fixture.timers.sent).toEqual([]);
    },
  );
});

describe("a batch that is deleted", () => {
  async function removed(headers: Record<string, string>) {
    const api = await given();
    const hungUp: unknown[] = [];
    const carrier = {
      ...api.fixture.carrier,
      hangUp: async (uuid: string, credential: string) => hungUp.push([uuid, credential]) > 0,
    };
    const response = await api.app.request(`/batch/${ID}?token=${token}`, { method: "DELETE", headers });
    const answer = await answerOf(response);
    const { batches } = await api.fixture.loops.read(OWNER);
    for (const message of [...api.fixture.timers.sent]) await timers({ ...api.fixture, carrier })(message);
    return { answer, batches, hungUp, fixture: api.fixture };
  }
  const results = ({ bus }: Awaited<ReturnType<typeof removed>>["fixture"]) =>
    bus.published.map(({ type, metadata, data }) => [type, metadata.tid, "reason" in data && data.reason]);

  it("leaves the loop at once, and each call that is queued gets its one result", async () => {
    const { answer, batches, hungUp, fixture } = await removed({});
    expect(answer).toMatchObject({ status: 202, body: { batch_id: ID, state: "cancelled", cancelling: 4 } });
    expect(batches).toEqual({});
    expect(results(fixture)).toEqual([2, 3].map((index) => ["call.completed", tidAt(index), "cancelled"]));
    expect(hungUp).toEqual([]);
  });

  it("has its live calls hung up, with its credential", async () => {
    const { hungUp, fixture } = await removed({ authorization: `Bearer ${CREDENTIAL}` });
    expect(hungUp).toEqual([[UUID, CREDENTIAL]]);
    expect(results(fixture)).toHaveLength(2);
  });

  it("twice is cancelled once", async () => {
    const { fixture } = await removed({});
    const api = { fixture, app: requests(apiApp(fixture)) };
    const again = await answerOf(await api.app.request(`/batch/${ID}?token=${token}`, { method: "DELETE" }));
    expect(again).toMatchObject({ status: 202, body: { state: "cancelled" } });
    for (const message of [...fixture.timers.sent]) await timers(fixture)(message);
    expect(new Set(results(fixture).map(([, tid]) => tid)).size).toBe(2);
  });
});

describe("a batch of which every call has its result", () => {
  it("cannot be paused, also while it is still in the loop", async () => {
    const api = await given(1);
    const answer = await answerOf(await api.app.request(`/batch/${ID}/pause?token=${token}`, { method: "POST" }));
    expect(answer).toMatchObject({ status: 409, body: { type: "urn:promptcall:problem:batch_is_over" } });
    expect((await api.fixture.loops.read(OWNER)).batches[ID]?.paused).toBeUndefined();
  });

  it("stays as it has ended when it is deleted", async () => {
    const api = await given(1);
    const { batches } = await api.fixture.loops.read(OWNER);
    expect(Object.keys(batches)).toEqual([ID]);
    const answer = await answerOf(await api.app.request(`/batch/${ID}?token=${token}`, { method: "DELETE" }));
    expect(answer).toMatchObject({
      status: 202,
      body: { state: "completed", states: { completed: 1 }, completed_at: at(3), cancelling: 0 },
    });
    expect((await api.fixture.batches.find(ID))?.over).toBeUndefined();
    expect(api.fixture.timers.sent).toEqual([]);
  });
});

describe("a batch that is paused", () => {
  const ask = async ({ app }: Awaited<ReturnType<typeof given>>, what: "pause" | "resume") =>
    await answerOf(await app.request(`/batch/${ID}/${what}?token=${token}`, { method: "POST" }));

  it("stays in the loop, which passes it over, and shows no times", async () => {
    const api = await given();
    const paused = await ask(api, "pause");
    expect(paused).toMatchObject({ status: 202, body: { state: "paused", states: { queued: 2 } } });
    expect(Object.keys(paused.body)).not.toContain("last_dial_at");
    expect((await api.fixture.loops.read(OWNER)).batches[ID]).toMatchObject({ from: 2, paused: true });
    expect((await api.fixture.batches.find(ID))?.paused).toBe(true);
    expect((await answerOf(await get(api, `/batch/${ID}?token=${token}`))).body).toMatchObject({ state: "paused" });
  });

  it("goes on when it is resumed, however often either is asked", async () => {
    const api = await given();
    for (const what of ["pause", "pause", "resume", "resume"] as const) expect((await ask(api, what)).status).toBe(202);
    expect((await api.fixture.loops.read(OWNER)).batches[ID]?.paused).toBeUndefined();
    expect((await api.fixture.batches.find(ID))?.paused).toBeUndefined();
  });

  /** All of it is under way, or waits by itself to be dialed again. */
  async function gone(record: Partial<BatchRecord>) {
    const api = await given(4, record);
    const { loops } = api.fixture;
    const seen = await loops.read(OWNER);
    await loops.write(OWNER, { seen, next: { ...seen, version: seen.version + 1, batches: {} } });
    return api;
  }

  const seen = async (api: Awaited<ReturnType<typeof given>>) =>
    (await answerOf(await get(api, `/batch/${ID}?token=${token}`))).body;

  it("is paused also once it has left the loop, while calls of it may wait to be dialed again", async () => {
    const api = await gone({ holds: true, paused: true });
    const body = await seen(api);
    expect(body).toMatchObject({ state: "paused" });
    expect(Object.keys(body)).not.toContain("estimated_end_at");
    expect((await ask(api, "resume")).body).toMatchObject({ state: "running" });
    expect(await seen(api)).toMatchObject({ state: "running" });
  });

  it.each<[string, Partial<BatchRecord>]>([
    ["nothing of it waits: all that is left is on the line", { paused: true }],
    ["it is over", { holds: true, paused: true, over: "expired" }],
    ["it goes on", { holds: true }],
  ])("is running once it has left the loop, where %s", async (_, changes) => {
    expect(await seen(await gone(changes))).toMatchObject({ state: "running" });
  });

  it("is running when its loop says so, whatever the batch's copy says", async () => {
    const api = await given();
    await api.fixture.batches.pause(ID, true);
    expect((await answerOf(await get(api, `/batch/${ID}?token=${token}`))).body).toMatchObject({ state: "running" });
  });

  it("cannot be paused when all of it was dialed or is over", async () => {
    const api = await given();
    await api.app.request(`/batch/${ID}?token=${token}`, { method: "DELETE" });
    for (const what of ["pause", "resume"] as const)
      expect(await ask(api, what)).toMatchObject({
        status: 409,
        body: { type: "urn:promptcall:problem:batch_is_over" },
      });
  });
});
