import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it, vi } from "vitest";
import { after, at, claim, KEYS, queued, report, spec, TID } from "../given.ts";
import { answerOf, apiFixture } from "./given.ts";

const BATCH_ID = "3b241101-e2bb-4255-8caf-4136c566a962";
const callToken = statusToken({ kind: "call", id: TID, key: KEYS.status });
const batchToken = statusToken({ kind: "batch", id: BATCH_ID, key: KEYS.status });

/** Completed: nobody picked up. */
const busy = (call = queued()) =>
  after(call, claim(1), report(2, { type: "leg", status: "busy" }), report(3, { type: "leg", status: "completed" }));

/** A queued call, and what happens while somebody waits. */
function given({ meanwhile = () => {}, timeLeftMs = Number.POSITIVE_INFINITY } = {}) {
  const api = apiFixture();
  const { fixture } = api;
  fixture.hold({ spec: spec(), call: queued() });
  const looks: string[] = [];
  const { waitUntil } = fixture.clock;
  fixture.clock.waitUntil = async (timeMs) => {
    await waitUntil(timeMs);
    looks.push(fixture.clock.now().toISOString());
    meanwhile();
  };
  Object.assign(fixture, { timeLeftMs: () => timeLeftMs });
  const get = async (wait: string) =>
    await answerOf(await api.app.request(`/call/${TID}?token=${callToken}&wait=${wait}`));
  return { ...api, looks, get };
}

describe("a call that is waited for", () => {
  it("is answered as soon as it is over", async () => {
    const { fixture, looks, get } = given({ meanwhile: complete });
    function complete() {
      if (looks.length === 3) fixture.hold({ spec: spec(), call: busy() });
    }
    const { status, body } = await get("25");
    expect([status, body.state, body.reason]).toEqual([200, "completed", "busy"]);
    expect(looks).toEqual([at(0.5), at(1.25), at(2.375)]);
  });

  it("is answered as it stands when the time is over, after ever longer pauses", async () => {
    const { looks, get } = given();
    const { status, body } = await get("10");
    expect([status, body.state]).toEqual([200, "queued"]);
    expect(looks.at(-1)).toBe(at(10));
    const pauses = looks.map((time, index) => Date.parse(time) - Date.parse(looks[index - 1] ?? at(0)));
    expect(pauses).toEqual([500, 750, 1_125, 1_687, 2_000, 2_000, 1_938]);
  });

  it.each(["", "0", " "])("is answered at once where wait is '%s'", async (wait) => {
    const { looks, get } = given();
    expect([(await get(wait)).body.state, looks]).toEqual(["queued", []]);
  });

  it("that is over is answered at once", async () => {
    const { fixture, looks, get } = given();
    fixture.hold({ spec: spec(), call: busy() });
    expect([(await get("25")).body.state, looks]).toEqual(["completed", []]);
  });

  it.each(["26", "-1", "1.5", "soon"])("for %s seconds is refused", async (wait) => {
    const { looks, get } = given();
    const expected = "a whole number of seconds from 0 to 25";
    const errors = [{ field: "wait", wrong: `must be ${expected}`, expected }];
    expect([await get(wait), looks]).toMatchObject([{ status: 400, body: { errors } }, []]);
  });

  it("is answered while the invocation still has the time for it", async () => {
    const { looks, get } = given({ timeLeftMs: 5_000 });
    expect((await get("25")).body.state).toBe("queued");
    expect(looks.at(-1)).toBe(at(3));
  });

  it("is answered at once where as many wait as may, until one of them is answered", async () => {
    const { fixture, looks, get } = given();
    const own = { id: "waiting:app", permits: fixture.settings.waiting.ofOne };
    const held = [await fixture.bulkhead.tryAcquire(own), await fixture.bulkhead.tryAcquire(own)];
    for (const permit of held) if (typeof permit !== "string") await permit.hold();
    expect([(await get("25")).body.state, looks]).toEqual(["queued", []]);
    for (const permit of held) if (typeof permit !== "string") await permit.release();
    await get("1");
    await get("1");
    await get("1");
    expect(looks).toHaveLength(6);
  });

  it("is no secret's end: without its token it is not there, and nobody waits", async () => {
    const { app, looks } = given();
    expect((await app.request(`/call/${TID}?wait=25`)).status).toBe(404);
    expect(looks).toEqual([]);
  });

  it("releases its place when a look fails", async () => {
    const { fixture, get } = given();
    const state = vi.spyOn(fixture.calls, "state");
    for (let time = 0; time < 4; time += 1) {
      state.mockResolvedValueOnce({ call: queued(), version: 1 }).mockRejectedValueOnce(new Error("down"));
      expect((await get("1")).status).toBe(503);
    }
  });
});

describe("a batch that is waited for", () => {
  it("is answered as soon as the last of its calls is over", async () => {
    const { app, fixture } = apiFixture();
    const specs = [0, 1].map((index) =>
      spec({ tid: callIdOf({ batchId: BATCH_ID, index }), batch: { id: BATCH_ID, index } }),
    );
    const [first, last] = specs as [(typeof specs)[0], (typeof specs)[0]];
    fixture.hold({ spec: first, call: busy(accept(first)) });
    fixture.hold({ spec: last, call: accept(last) });
    const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(2), expiresAt: at(3_600) };
    await fixture.batches.add({ id: BATCH_ID, applicationId: "app", owner: "app:app", count: 2, ...times });
    const address = `/batch/${BATCH_ID}?token=${batchToken}`;
    expect((await answerOf(await app.request(`${address}&wait=1`))).body.states.completed).toBe(1);

    const { waitUntil } = fixture.clock;
    fixture.clock.waitUntil = async (timeMs) => {
      await waitUntil(timeMs);
      fixture.hold({ spec: last, call: busy(accept(last)) });
    };
    const { body } = await answerOf(await app.request(`${address}&wait=25`));
    expect([body.state, body.states.completed]).toEqual(["completed", 2]);
    expect(fixture.clock.now().toISOString()).toBe(at(1.5));
    expect((await app.request(`${address}&wait=26`)).status).toBe(400);
  });
});
