import { describe, expect, it } from "vitest";
import { at, epoch, jwt } from "../given.ts";
import { BATCH_ID, batch, numberAt, post, tidAt } from "./batch-given.ts";
import { apiFixture, json, PARAMETERS } from "./given.ts";

const OWNER = "app:app";
const LASTING = { authorization: `Bearer ${jwt({ application_id: "app", iat: epoch(0), exp: epoch(86_400) })}` };

/** An application whose loop is at work, with so many calls of a batch at this priority left. */
async function busyFixture(left: number, priorities: { highTo?: number; lowFrom?: number } = {}) {
  const api = apiFixture();
  const seen = await api.fixture.loops.read(OWNER);
  const times = { startMs: Date.parse(at(-60)), expiryMs: Date.parse(at(86_400)) };
  const batches = { "a batch": { from: 0, count: left, ...times, ...priorities } };
  const next = { ...seen, version: 1, dueMs: Date.parse(at(0)), served: -1, batches };
  await api.fixture.loops.write(OWNER, { seen, next });
  return api;
}

describe("a call", () => {
  it.each([["high"], ["low"]] as const)("of %s priority waits at that", async (priority) => {
    const api = await busyFixture(100);
    const { status } = await post(api, json({ ...PARAMETERS, priority }, LASTING));
    expect(status).toBe(202);
    const [item] = await api.fixture.waiting.list(OWNER, { limit: 9, priority });
    expect(item).toMatchObject({ priority });
    expect((await api.fixture.calls.spec(item?.tid ?? ""))?.priority).toBe(priority);
    const counts = { high: { arrivalsHigh: 1 }, low: { arrivalsLow: 1 } };
    expect(await api.fixture.loops.read(OWNER)).toMatchObject({ arrivals: 1, ...counts[priority] });
  });

  it("of normal priority, said or not, is as it always was", async () => {
    const api = await busyFixture(100);
    await post(api, json({ ...PARAMETERS, priority: "normal" }, LASTING));
    const [item] = await api.fixture.waiting.list(OWNER, { limit: 9 });
    expect(item).not.toHaveProperty("priority");
    expect(await api.fixture.calls.spec(item?.tid ?? "")).not.toHaveProperty("priority");
  });

  it("of any priority is dialed at once where nothing waits", async () => {
    for (const priority of ["high", "low"]) {
      const api = apiFixture();
      await post(api, json({ ...PARAMETERS, priority }, LASTING));
      expect(api.fixture.dial.sent).toMatchObject([{ type: "dial", owner: OWNER }]);
    }
  });

  it("of low priority is refused behind what it would wait for too long, and one of high priority is not", async () => {
    const api = await busyFixture(300);
    const one = { ...PARAMETERS, expires_in: 60 };
    expect(await post(api, json({ ...one, priority: "low" }, LASTING))).toMatchObject({
      status: 429,
      body: { type: "urn:promptcall:problem:too_late", expires_in_needed: 105 },
    });
    expect(await post(api, json(one, LASTING))).toMatchObject({ status: 202 });
    expect(await post(api, json({ ...one, priority: "high" }, LASTING))).toMatchObject({ status: 202 });
  });

  it.each(["urgent", "HIGH", 1, true])(
    "of a priority that there is not is refused with those that there are: %s",
    async (priority) => {
      const answer = await post(apiFixture(), json({ ...PARAMETERS, priority }, LASTING));
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ field: "priority", expected: "high, normal or low" }] },
      });
    },
  );
});

describe("a batch", () => {
  const rows = [{ to: numberAt(0), priority: "low" }, { to: numberAt(1) }, { to: numberAt(2), priority: "high" }];

  it("has its calls in the order of their priorities, and its answer in that of the rows", async () => {
    const api = await busyFixture(100);
    const { body } = await post(api, batch(rows, {}, LASTING));
    expect(body).toMatchObject({
      accepted: [
        { index: 0, to: numberAt(0), tid: tidAt(2) },
        { index: 1, to: numberAt(1), tid: tidAt(1) },
        { index: 2, to: numberAt(2), tid: tidAt(0) },
      ],
    });
    expect((await api.fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ count: 3, highTo: 1, lowFrom: 2 });
    expect(await api.fixture.batches.find(BATCH_ID)).toMatchObject({ highTo: 1, lowFrom: 2 });
    expect(await api.fixture.calls.spec(tidAt(0))).toMatchObject({ priority: "high", batch: { index: 2 } });
  });

  it("has the priority of its defaults, where a row has no other", async () => {
    const api = await busyFixture(100);
    const defaults = { ...PARAMETERS, to: undefined, priority: "high" };
    await post(api, batch([{ to: numberAt(0) }, { to: numberAt(1), priority: "normal" }], { defaults }, LASTING));
    expect((await api.fixture.loops.read(OWNER)).batches[BATCH_ID]).toMatchObject({ count: 2, highTo: 1 });
  });

  it("has its most urgent calls accepted, where not all fit", async () => {
    const api = await busyFixture(0);
    const many = Array.from({ length: 90 }, (_, index) => ({
      to: numberAt(index),
      ...(index >= 60 && { priority: "high" }),
    }));
    const { body } = await post(api, batch(many, { expires_in: 15 }, LASTING));
    const { accepted, rejected_count } = body as { accepted: { index: number }[]; rejected_count: number };
    const indices = accepted.map(({ index }) => index);
    expect(indices.length).toBeGreaterThan(30);
    expect(indices.slice(-30)).toEqual(Array.from({ length: 30 }, (_, place) => 60 + place));
    expect(rejected_count).toBe(90 - indices.length);
  });

  it("of high priority is accepted although it makes one of low priority late, and not one of its own", async () => {
    const asked = (left: number, priorities: object) => busyFixture(left, priorities);
    const many = Array.from({ length: 300 }, (_, index) => ({ to: numberAt(index), priority: "high" }));
    const expiring = async (priorities: object) => {
      const api = await asked(300, priorities);
      const seen = await api.fixture.loops.read(OWNER);
      const [[id, entry] = ["", undefined]] = Object.entries(seen.batches);
      if (entry === undefined) throw new Error("no batch is under way");
      const batches = { [id]: { ...entry, expiryMs: Date.parse(at(110)) } };
      await api.fixture.loops.write(OWNER, { seen, next: { ...seen, version: seen.version + 1, batches } });
      const { body } = await post(api, batch(many, {}, LASTING));
      return (body as { count: number }).count;
    };
    expect(await expiring({ lowFrom: 0 })).toBe(300);
    expect(await expiring({ highTo: 300 })).toBeLessThan(50);
  });

  it("names the row whose priority is wrong", async () => {
    const { body } = await post(
      apiFixture(),
      batch([{ to: numberAt(0) }, { to: numberAt(1), priority: "soon" }], {}, LASTING),
    );
    expect(body).toMatchObject({
      count: 1,
      rejected: [{ index: 1, errors: [{ field: "priority", expected: "high, normal or low" }] }],
    });
  });
});
