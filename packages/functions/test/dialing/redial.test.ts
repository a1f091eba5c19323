import { accept } from "@promptcall/core/call/evolve";
import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import type { ReportEvent } from "@promptcall/core/contracts/report-events";
import { describe, expect, it, vi } from "vitest";
import { cancelCall } from "../../src/calls/cancel-call.ts";
import { dialer } from "../../src/dialer/dial.ts";
import { endBatch } from "../../src/dialing/end-batch.ts";
import { ensureStep } from "../../src/dialing/ensure-step.ts";
import { pause, resume } from "../../src/dialing/pause.ts";
import { reducer } from "../../src/reducer/reduce.ts";
import { timers } from "../../src/timers/fire.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, SWEEP, tidsOf } from "../batch-given.ts";
import { queuedFixture } from "../dialer/given.ts";
import { at, CREDENTIAL, event, spec, TID, TO } from "../given.ts";

const ms = (second: number) => Date.parse(at(second));
const RETRY = { times: 2, afterSeconds: 60, on: ["busy"], until: at(3_600) };

type Fixture = Pick<
  Awaited<ReturnType<typeof batchFixture>>,
  Exclude<keyof Awaited<ReturnType<typeof batchFixture>>, "message" | "tids" | "sealedCredential">
>;

const called = ({ carrier }: Fixture) => carrier.placed.map(({ call }) => call.to);
const callOf = async ({ calls }: Fixture, tid = TID) => (await calls.state(tid))?.call;

/** A report of the carrier's about one of its dials, as it reaches the reducer. */
const reported = (second: number, given: { dial: number; status?: LegStatus; tid?: string }) => {
  const { dial, status = "busy", tid = TID } = given;
  const { metadata, ...rest } = event(second, "call.status", { status, dial });
  return { ...rest, metadata: { ...metadata, tid, id: `${tid}-${second}` } } as ReportEvent;
};

async function reports(fixture: Fixture, second: number, given: Parameters<typeof reported>[1]) {
  fixture.clock.set(at(second));
  await reducer(fixture)([reported(second, given)]);
}

/** What is due up to then, of timers and of steps. */
async function until(fixture: Fixture, second: number, handled = new Set<object>()) {
  for (;;) {
    const { dueMs = Number.POSITIVE_INFINITY, step } = await fixture.loops.read(OWNER);
    const settles = fixture.timers.sent.filter((sent) => sent.type === "settle" && !handled.has(sent));
    const [timer] = settles.toSorted((one, other) => (one.not_before < other.not_before ? -1 : 1));
    const timerMs = timer === undefined ? Number.POSITIVE_INFINITY : Date.parse(timer.not_before);
    const nextMs = Math.min(timerMs, dueMs - 400);
    if (nextMs > ms(second)) break;
    fixture.clock.set(new Date(Math.max(nextMs, fixture.clock.now().getTime())).toISOString());
    if (timer !== undefined && timerMs <= dueMs - 400) {
      handled.add(timer);
      await timers(fixture)(timer);
    } else await dialer(fixture)({ v: 1, type: "tick", owner: OWNER, n: step });
  }
  if (fixture.clock.now().getTime() < ms(second)) fixture.clock.set(at(second));
}

/** One call, dialed and busy at the tenth second. */
async function busyCall(changes: Partial<CallSpec> = {}) {
  const unsealed = await queuedFixture();
  const sealedCredential = unsealed.message.sealed_credential;
  const asked = spec({ expiresAt: at(3_600), retry: RETRY, sealedCredential, ...changes });
  const fixture = await queuedFixture({ asked });
  fixture.hold({ spec: asked, call: accept(asked) });
  await dialer(fixture)(fixture.message);
  await reports(fixture, 10, { dial: 1 });
  return fixture;
}

const busyAndNot = (notRedialed: string) => ({ status: "error", reason: "busy", notRedialed });

const refusesNext = ({ carrier }: Fixture) =>
  vi
    .spyOn(carrier, "placeCall")
    .mockResolvedValueOnce({ kind: "refused", reason: "credential_rejected", why: "carrier answered 401" });

async function tellsOfRefusal(fixture: Fixture) {
  const refusal = fixture.bus.published.find((event) => event.type === "call.dial_failed");
  if (refusal === undefined) throw new Error("no dial was refused");
  await reducer(fixture)([refusal]);
}

describe("a single call that is to be dialed again", () => {
  it("is dialed when it may be, with its own credential, and under addresses of that dial", async () => {
    const fixture = await busyCall();
    expect(await callOf(fixture)).toMatchObject({ phase: "queued" });
    expect(fixture.bus.published.filter(({ type }) => type === "call.completed")).toEqual([]);
    await until(fixture, 69);
    expect(called(fixture)).toEqual([TO]);
    await until(fixture, 75);
    expect(called(fixture)).toEqual([TO, TO]);
    const [first, second] = fixture.carrier.placed;
    expect(second?.credential).toBe(CREDENTIAL);
    expect([first, second].map((placed) => /\/dial\/\d\/status/.exec(placed?.call.eventUrl ?? "")?.[0])).toEqual([
      "/dial/1/status",
      "/dial/2/status",
    ]);
    expect(JSON.stringify(second?.call.ncco)).toContain("/dial/2/digits/1/");
    await until(fixture, 80);
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
  });

  it("has one result, of its last dial, and its sealed credential is erased then", async () => {
    const fixture = await busyCall();
    await until(fixture, 75);
    await reports(fixture, 80, { dial: 2, status: "failed" });
    await reports(fixture, 81, { dial: 1, status: "completed" });
    const results = fixture.bus.published.filter(({ type }) => type === "call.completed");
    expect(results).toMatchObject([{ data: { status: "error", reason: "failed" } }]);
    expect(await fixture.calls.spec(TID)).not.toHaveProperty("sealedCredential");
    await until(fixture, 400);
    expect(called(fixture)).toEqual([TO, TO]);
  });

  it("is dialed once, however often its messages come", async () => {
    const fixture = await busyCall();
    await reducer(fixture)([reported(10, { dial: 1 })]);
    await dialer(fixture)(fixture.message);
    await until(fixture, 75);
    const settle = fixture.timers.sent.find(({ type }) => type === "settle");
    if (settle === undefined) throw new Error("no timer was sent");
    await timers(fixture)(settle);
    await until(fixture, 100);
    await timers(fixture)(settle);
    await until(fixture, 140);
    expect(called(fixture)).toEqual([TO, TO]);
    expect(await fixture.waiting.list(OWNER, { limit: 10 })).toEqual([]);
  });

  it("is dialed, although whoever had it wait died before its loop knew", async () => {
    const fixture = await busyCall();
    vi.spyOn(fixture.loops, "write").mockRejectedValueOnce(new Error("crash"));
    const settle = fixture.timers.sent.find(({ type }) => type === "settle");
    if (settle === undefined) throw new Error("no timer was sent");
    fixture.clock.set(at(70));
    await expect(timers(fixture)(settle)).rejects.toThrow("crash");
    await timers(fixture)(settle);
    await until(fixture, 90, new Set([settle]));
    expect(called(fixture)).toEqual([TO, TO]);
  });

  it("is found by the deadline of its earlier dial, if its timer is lost", async () => {
    const fixture = await busyCall();
    const deadline = fixture.timers.sent.find(({ type }) => type === "step_deadlines");
    if (deadline === undefined) throw new Error("no deadline was set");
    const lost = new Set<object>(fixture.timers.sent);
    fixture.clock.set(at(400));
    await timers(fixture)(deadline);
    await until(fixture, 420, lost);
    expect(called(fixture)).toEqual([TO, TO]);
  });

  it("is not lost where the timer comes before the end of its dial is saved", async () => {
    const fixture = await busyCall();
    const settle = fixture.timers.sent.find(({ type }) => type === "settle");
    if (settle === undefined) throw new Error("no timer was sent");
    await until(fixture, 75);
    fixture.clock.set(at(200));
    const early = { ...settle, dial: 2 };
    await timers(fixture)(early);
    expect(fixture.timers.sent.at(-1)).toEqual({ ...early, not_before: at(220) });
  });

  it("ends as its last dial did, if it expires before it is dialed", async () => {
    const fixture = await busyCall({ expiresAt: at(69), retry: { ...RETRY, until: at(70) } });
    await until(fixture, 75);
    expect(called(fixture)).toEqual([TO]);
    expect(await callOf(fixture)).toHaveProperty("outcome", busyAndNot("expired"));
  });

  it("ends as its last dial did, and tells that its credential was refused, where the carrier refuses the next one", async () => {
    const fixture = await busyCall();
    refusesNext(fixture);
    await until(fixture, 75);
    await tellsOfRefusal(fixture);
    expect(await callOf(fixture)).toHaveProperty("outcome", busyAndNot("credential_rejected"));
    expect(fixture.bus.published.at(-1)).toMatchObject({
      type: "call.completed",
      data: { status: "error", reason: "busy", not_redialed: "credential_rejected" },
    });
  });

  it("is not dialed again after it was cancelled", async () => {
    const waits = await busyCall();
    const seen = await waits.calls.state(TID);
    if (seen === undefined) throw new Error("the call is not on record");
    await cancelCall({ seen, credential: undefined }, waits);
    await until(waits, 200);
    expect(called(waits)).toEqual([TO]);
    expect(await callOf(waits)).toMatchObject({ outcome: { status: "error", reason: "cancelled" } });
  });

  it("is not dialed again after it was hung up", async () => {
    const fixture = await busyCall();
    await until(fixture, 75);
    const seen = await fixture.calls.state(TID);
    if (seen === undefined) throw new Error("the call is not on record");
    await cancelCall({ seen, credential: CREDENTIAL }, fixture);
    expect(fixture.carrier.hungUp).toEqual([{ uuid: UUID, credential: CREDENTIAL }]);
    await reports(fixture, 80, { dial: 2 });
    expect(await callOf(fixture)).toMatchObject({ phase: "completed", outcome: { reason: "busy" } });
  });
});

describe("a call of a batch that is to be dialed again", () => {
  const [second = ""] = tidsOf(1, 2);

  /** All of them dialed, and the second one busy at the tenth second. */
  async function busyBatch() {
    const fixture = await batchFixture({ count: 3, asked: { retry: RETRY, expiresAt: at(3_600) } });
    await until(fixture, 5);
    await reports(fixture, 10, { dial: 1, tid: second });
    return fixture;
  }

  async function found({ batches }: Fixture) {
    const batch = await batches.find(BATCH_ID);
    if (batch === undefined) throw new Error("the batch is not on record");
    return batch;
  }

  it("waits by itself, and is dialed with the credential of its batch, which holds up no other", async () => {
    const fixture = await busyBatch();
    await until(fixture, 60);
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    await until(fixture, 75);
    expect(called(fixture)).toEqual([0, 1, 2, 1].map(numberAt));
    expect(fixture.carrier.placed.at(-1)?.credential).toBe(CREDENTIAL);
    expect(fixture.timers.sent.filter(({ type }) => type === "step_deadlines").at(-1)).toMatchObject({
      singles: [],
      batches: [{ batch_id: BATCH_ID, indices: [1] }],
    });
  });

  it("is named by its place among the accepted ones", async () => {
    const fixture = await busyBatch();
    const asked = await fixture.calls.spec(second);
    if (asked === undefined) throw new Error("the call is not on record");
    await fixture.calls.rewrite({ ...asked, batch: { id: BATCH_ID, index: 7, place: 1 } });
    await until(fixture, 75);
    expect(called(fixture)).toEqual([0, 1, 2, 1].map(numberAt));
  });

  it.each([
    ["that began before it was to be dialed", 30],
    ["that began before its dial ended", 6],
  ])("is not dialed in a pause of its batch %s, and is when that goes on", async (_, pausedAt) => {
    const fixture = await batchFixture({ count: 3, asked: { retry: RETRY, expiresAt: at(3_600) } });
    const batch = await found(fixture);
    await until(fixture, 2);
    if (pausedAt < 10) expect(await pause({ batch, owner: OWNER }, fixture)).toBe(true);
    await until(fixture, 5);
    await reports(fixture, 10, { dial: 1, tid: second });
    await until(fixture, 30);
    if (pausedAt > 10) expect(await pause({ batch, owner: OWNER }, fixture)).toBe(true);
    await until(fixture, 200);
    expect(called(fixture)).toEqual([0, 1, 2].map(numberAt));
    expect(await resume({ batch, owner: OWNER }, fixture)).toBe(true);
    await until(fixture, 230);
    expect(called(fixture)).toEqual([0, 1, 2, 1].map(numberAt));
  });

  it("is not dialed in a pause in which its batch has left the loop, all of it being under way, and is afterwards", async () => {
    const fixture = await batchFixture({ count: 3, asked: { retry: RETRY, expiresAt: at(3_600) } });
    await until(fixture, 2);
    expect(await pause({ batch: await found(fixture), owner: OWNER }, fixture)).toBe(true);
    await ensureStep({ owner: OWNER, atMs: ms(4) }, fixture);
    await until(fixture, 6);
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    await reports(fixture, 10, { dial: 1, tid: second });
    await until(fixture, 200);
    expect(called(fixture)).toEqual([0, 1, 2].map(numberAt));
    expect(await resume({ batch: await found(fixture), owner: OWNER }, fixture)).toBe(true);
    await until(fixture, 230);
    expect(called(fixture)).toEqual([0, 1, 2, 1].map(numberAt));
  });

  it("is dialed, if its batch went on from a pause before it was to be dialed", async () => {
    const fixture = await batchFixture({ count: 3, asked: { retry: RETRY, expiresAt: at(3_600) } });
    await until(fixture, 2);
    expect(await pause({ batch: await found(fixture), owner: OWNER }, fixture)).toBe(true);
    await ensureStep({ owner: OWNER, atMs: ms(4) }, fixture);
    await until(fixture, 6);
    expect(await resume({ batch: await found(fixture), owner: OWNER }, fixture)).toBe(true);
    await reports(fixture, 10, { dial: 1, tid: second });
    await until(fixture, 80);
    expect(called(fixture)).toEqual([0, 1, 2, 1].map(numberAt));
  });

  it("is cancelled with its batch, while it waits", async () => {
    const fixture = await busyBatch();
    await endBatch({ batch: { id: BATCH_ID }, owner: OWNER, reason: "cancelled" }, fixture);
    await timers(fixture)(SWEEP);
    expect(await callOf(fixture, second)).toMatchObject({ outcome: { status: "error", reason: "cancelled" } });
    await until(fixture, 200);
    expect(called(fixture)).toEqual([0, 1, 2].map(numberAt));
  });

  it("is told, like those that wait, that no dial follows as the credential of its batch was refused", async () => {
    const fixture = await busyBatch();
    const [first = "", , third = ""] = tidsOf(0, 3);
    await reports(fixture, 12, { dial: 1, tid: third });
    refusesNext(fixture);
    await until(fixture, 71);
    await timers(fixture)({ ...SWEEP, reason: "credential_rejected" });
    await tellsOfRefusal(fixture);
    await reports(fixture, 80, { dial: 1, tid: first });
    const outcomes = await Promise.all([first, second, third].map(async (tid) => await callOf(fixture, tid)));
    const expected = { phase: "completed", outcome: busyAndNot("credential_rejected") };
    expect(outcomes).toMatchObject([expected, expected, expected]);
  });

  it("is not dialed again if its batch was cancelled while it was dialed", async () => {
    const fixture = await busyBatch();
    const [first = ""] = tidsOf(0, 1);
    await endBatch({ batch: { id: BATCH_ID }, owner: OWNER, reason: "cancelled" }, fixture);
    await timers(fixture)(SWEEP);
    await reports(fixture, 20, { dial: 1, tid: first });
    expect(await callOf(fixture, first)).toMatchObject({ phase: "completed", outcome: { reason: "busy" } });
    await until(fixture, 200);
    expect(called(fixture)).toEqual([0, 1, 2].map(numberAt));
  });
});
