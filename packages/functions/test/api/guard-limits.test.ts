import { describe, expect, it } from "vitest";
import { at, MASKED, TO } from "../given.ts";
import { batch, numberAt, post } from "./batch-given.ts";
import { answerOf, json, PARAMETERS } from "./given.ts";
import { call, guarded, refusal, statusOf } from "./guard-given.ts";

describe("calls to a number", () => {
  const stage = { callsPerDestinationPerHour: 2 };

  it("are refused when it was called as often as it may be in an hour, until that is over", async () => {
    const api = guarded({ stage });
    expect([await statusOf(api), await statusOf(api)]).toEqual([202, 202]);
    const refused = await api.app.request("/call", json(PARAMETERS));
    expect(refused.headers.get("retry-after")).toBe("3600");
    expect(await answerOf(refused)).toMatchObject(refusal(429, "destination_limit"));
    expect(await statusOf(api, { to: numberAt(7) })).toBe(202);
    api.fixture.clock.set(at(3_600));
    expect(await statusOf(api)).toBe(202);
  });

  it("are counted for all applications, however the number is written", async () => {
    const api = guarded({ stage });
    expect([await statusOf(api), await statusOf(api, { to: TO.slice(1) })]).toEqual([202, 202]);
    expect(await statusOf(api)).toBe(429);
  });

  it("are not counted when they are refused for another reason", async () => {
    const api = guarded({ stage });
    for (const more of [{ max_price: "0.01" }, { expires_in: 0 }, { dry_run: true }, { text: "" }])
      for (let times = 0; times < 3; times += 1) await call(api, more);
    expect([await statusOf(api), await statusOf(api)]).toEqual([202, 202]);
  });

  it("are counted once where the request is repeated under its key", async () => {
    const api = guarded({ stage });
    const headers = { "idempotency-key": "order 1" };
    for (let times = 0; times < 4; times += 1) expect(await statusOf(api, {}, headers)).toBe(202);
    expect([await statusOf(api), await statusOf(api)]).toEqual([202, 429]);
  });

  it("are published on the bus once when they reach the limit, with the number masked", async () => {
    const api = guarded({ stage });
    for (let times = 0; times < 4; times += 1) await call(api);
    expect(api.fixture.bus.trips).toEqual([
      {
        type: "guard.tripped",
        metadata: { id: expect.any(String), version: 1, time: at(0) },
        data: { rule: "destination_limit", until: at(3_600), to: MASKED },
      },
    ]);
    expect(api.fixture.log.records.filter(({ event }) => event === "guard.tripped")).toEqual([
      { event: "guard.tripped", rule: "destination_limit", until: at(3_600) },
    ]);
  });

  it("are accepted even if the event of the limit cannot be published", async () => {
    const api = guarded({ stage: { callsPerDestinationPerHour: 1 } });
    api.fixture.bus.publish = async () => {
      throw new Error("the bus is down");
    };
    expect(await statusOf(api)).toBe(202);
  });
});

describe("calls of an application", () => {
  const application = { callsPerDay: 3 };

  it("are refused when it has asked for as many as it may in a day, and begin anew with the next", async () => {
    const api = guarded({ application });
    expect(await statusOf(api)).toBe(202);
    const many = await api.app.request("/call", batch([1, 2, 3].map((index) => ({ to: numberAt(index) }))));
    expect(many.headers.get("retry-after")).toBe("43200");
    const answer = await answerOf(many);
    expect(answer).toMatchObject(refusal(429, "application_limit"));
    expect(answer.body).toMatchObject({ calls_per_day: 3, calls_left: 2 });
    expect((await post(api, batch([1, 2].map((index) => ({ to: numberAt(index) }))))).status).toBe(202);
    expect(await statusOf(api)).toBe(429);
    expect(api.fixture.bus.trips).toEqual([
      {
        type: "guard.tripped",
        metadata: {
          id: "tripped_application_limit_app_2026-01-02T00:00:00.000Z",
          version: 1,
          application_id: "app",
          time: expect.any(String),
        },
        data: { rule: "application_limit", until: "2026-01-02T00:00:00.000Z" },
      },
    ]);
    api.fixture.clock.set(at(43_200));
    expect(await statusOf(api)).toBe(202);
  });

  it("are not counted when their number has no room, and the other way round", async () => {
    const api = guarded({ application, stage: { callsPerDestinationPerHour: 1 } });
    expect([await statusOf(api), await statusOf(api)]).toEqual([202, 429]);
    expect(await api.fixture.counts.leftOfApplication("app", 3)).toBe(2);
    const calls = [1, 2, 3].map((index) => ({ to: numberAt(index) }));
    expect((await post(api, batch(calls))).status).toBe(429);
    expect((await post(api, batch(calls.slice(0, 2)))).status).toBe(202);
  });
});

describe("a call that may be dialed again", () => {
  const again = { retry_times: 2, retry_after: 60 };

  it("counts for its number as often as it may be dialed", async () => {
    const api = guarded({ stage: { callsPerDestinationPerHour: 4 } });
    expect([await statusOf(api, again), await statusOf(api, again)]).toEqual([202, 429]);
    expect(api.fixture.bus.trips).toEqual([]);
    expect((await call(api, { ...again, dry_run: true })).status).toBe(429);
    // What it had no room for is left to others.
    expect([await statusOf(api), await statusOf(api)]).toEqual([202, 429]);
    expect(api.fixture.bus.trips).toMatchObject([{ data: { rule: "destination_limit" } }]);
  });

  it("counts so in a batch, too, whose other rows take what is left", async () => {
    const api = guarded({ stage: { callsPerDestinationPerHour: 4 } });
    const rows = [again, again, {}, {}].map((more) => ({ to: numberAt(1), ...more }));
    const { body } = await post(api, batch(rows));
    expect(body).toMatchObject({ count: 2, rejected: [{ index: 1 }, { index: 3, code: "destination_limit" }] });
    expect(body.accepted.map(({ index }: { index: number }) => index)).toEqual([0, 2]);
  });

  it("counts as often for its application, and not at all where its number has no room", async () => {
    const api = guarded({ application: { callsPerDay: 5 }, stage: { callsPerDestinationPerHour: 4 } });
    expect([await statusOf(api, again), await statusOf(api, again)]).toEqual([202, 429]);
    expect(await api.fixture.counts.leftOfApplication("app", 5)).toBe(2);
    expect(await call(api, { to: numberAt(2), ...again })).toMatchObject({
      status: 429,
      body: { calls_per_day: 5, calls_left: 2 },
    });
    expect((await call(api, { to: numberAt(2), retry_times: 1, retry_after: 60 })).status).toBe(202);
  });
});
