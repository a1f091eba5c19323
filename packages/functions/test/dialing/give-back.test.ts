import { accept } from "@promptcall/core/call/evolve";
import { describe, expect, it, vi } from "vitest";
import { giveBack, type Origin } from "../../src/dialing/give-back.ts";
import { timers } from "../../src/timers/fire.ts";
import { scriptedCarrier, UUID } from "../../testing/scripted-carrier.ts";
import { BATCH_ID, batchFixture, numberAt, OWNER, tidsOf } from "../batch-given.ts";
import { after, at, claim, report, spec, TID } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const ms = (second: number) => Date.parse(at(second));
const token = "claim-1";
const phaseOf = async ({ calls }: BatchFixture, tid: string) => (await calls.state(tid))?.call.phase;
const ticks = ({ dial }: BatchFixture) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

describe("a single call that was not dialed", () => {
  const origin: Origin = { kind: "single", sealedCredential: "sealed" };
  const back = { tid: TID, owner: OWNER, origin, notBeforeMs: ms(2), token };
  const given = async () => {
    const fixture = await batchFixture({ loop: { dueMs: undefined, batches: {} } as object });
    fixture.hold({ spec: spec(), call: after(accept(spec()), claim()) });
    return fixture;
  };

  it("waits again in a loop with a scheduled step", async () => {
    const fixture = await given();
    await giveBack(back, fixture);
    expect(await phaseOf(fixture, TID)).toBe("queued");
    expect(await fixture.waiting.list(OWNER, { limit: 9 })).toEqual([
      { tid: TID, notBeforeMs: ms(2), sealedCredential: "sealed" },
    ]);
    expect(await fixture.loops.read(OWNER)).toMatchObject({ dueMs: ms(2), arrivals: 1 });
    expect(ticks(fixture)).toEqual([-1, 0]);
  });

  it("is stored as waiting before it is released, so that a crash in between leaves it to its deadline", async () => {
    const fixture = await given();
    vi.spyOn(fixture.calls, "save").mockRejectedValueOnce(new Error("died"));
    await expect(giveBack(back, fixture)).rejects.toThrow("died");
    expect([await phaseOf(fixture, TID), (await fixture.waiting.list(OWNER, { limit: 9 })).length]).toEqual([
      "dialing",
      1,
    ]);
  });

  it("is released once when the answer to that was lost", async () => {
    const fixture = await given();
    const { save } = fixture.calls;
    vi.spyOn(fixture.calls, "save").mockImplementationOnce(async (stored) => {
      await save(stored);
      throw new Error("lost");
    });
    await expect(giveBack(back, fixture)).rejects.toThrow("lost");
    await giveBack(back, fixture);
    expect([await phaseOf(fixture, TID), (await fixture.loops.read(OWNER)).dueMs]).toEqual(["queued", ms(2)]);
  });

  it("is not given back when its leg was reported since", async () => {
    const fixture = await given();
    const reported = after(accept(spec()), claim(), report(2, { type: "dialed", uuid: UUID }));
    fixture.hold({ spec: spec(), call: reported });
    await giveBack(back, fixture);
    expect((await fixture.calls.state(TID))?.call).toEqual(reported);
    expect([(await fixture.loops.read(OWNER)).dueMs, fixture.dial.sent]).toEqual([undefined, []]);
  });
});

describe("a call of a batch that was not dialed", () => {
  const [tid = ""] = tidsOf(4, 5);
  const origin: Origin = { kind: "batch", batchId: BATCH_ID, index: 4 };
  const back = { tid, owner: OWNER, origin, notBeforeMs: ms(2), token };
  const asked = spec({ tid, to: numberAt(4), batch: { id: BATCH_ID, index: 4 } });
  const entry = { from: 6, count: 10, startMs: ms(-1), expiryMs: ms(3_600) };
  const given = async (loop: object = { batches: { [BATCH_ID]: entry }, dueMs: ms(1) }) => {
    const fixture = await batchFixture({ loop });
    fixture.hold({ spec: asked, call: after(accept(asked), claim()) });
    return fixture;
  };

  it("moves its batch back to its index", async () => {
    const fixture = await given();
    await giveBack(back, fixture);
    expect(await phaseOf(fixture, tid)).toBe("queued");
    expect(await fixture.loops.read(OWNER)).toMatchObject({
      dueMs: ms(1),
      batches: { [BATCH_ID]: { ...entry, from: 4 } },
    });
  });

  it("does not move a batch forward", async () => {
    const fixture = await given({ batches: { [BATCH_ID]: { ...entry, from: 2 } }, dueMs: ms(1) });
    await giveBack(back, fixture);
    expect((await fixture.loops.read(OWNER)).batches[BATCH_ID]?.from).toBe(2);
  });

  it("brings its batch back, as it is on record, where that has left the loop; and starts the loop", async () => {
    const fixture = await given({ batches: {}, dueMs: undefined });
    await giveBack(back, fixture);
    expect(await fixture.loops.read(OWNER)).toMatchObject({
      dueMs: ms(2),
      batches: { [BATCH_ID]: { ...entry, from: 4 } },
    });
    expect(ticks(fixture)).toEqual([-1, 0]);
  });

  it.each([
    ["in the loop", { batches: { [BATCH_ID]: { ...entry, paused: true as const } }, dueMs: undefined }],
    ["that has left it", { batches: {}, dueMs: undefined }],
  ])("wakes no loop for a paused batch %s, but for when that expires", async (_, loop) => {
    const fixture = await given(loop);
    await fixture.batches.pause(BATCH_ID, true);
    await giveBack(back, fixture);
    const { dueMs, batches } = await fixture.loops.read(OWNER);
    expect(batches).toMatchObject({ [BATCH_ID]: { from: 4, paused: true } });
    expect(dueMs).toBe((batches[BATCH_ID]?.expiryMs ?? 0) + 1);
  });

  it("ends with its batch's reason, and does not bring the batch back", async () => {
    const fixture = await given({ batches: {} });
    await fixture.batches.end(BATCH_ID, "credential_rejected");
    await giveBack(back, fixture);
    expect((await fixture.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "credential_rejected" } });
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });

  it("ends with the reason of a batch that ends at that moment", async () => {
    const fixture = await given();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockImplementationOnce(async (...change) => {
      await fixture.batches.end(BATCH_ID, "cancelled");
      return await write(...change);
    });
    await giveBack(back, fixture);
    expect((await fixture.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "cancelled" } });
  });

  it("takes its batch out of the loop that is over, and sends no other sweep: that was sent before it was over", async () => {
    const fixture = await given();
    await fixture.batches.end(BATCH_ID, "credential_rejected");
    await giveBack(back, fixture);
    expect((await fixture.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "credential_rejected" } });
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    expect(fixture.timers.sent.filter(({ type }) => type === "sweep")).toEqual([]);
  });

  it("is queued for the next step", async () => {
    const fixture = { ...(await given()), carrier: scriptedCarrier() };
    await giveBack(back, fixture);
    const found = await fixture.calls.find([tid]);
    expect(found.get(tid)?.stored.call).toMatchObject({ phase: "queued", dials: 1 });
  });
});

describe("calls of a batch that are still queued at the deadline of a step that took them", () => {
  const given = async (loop: object, prepare: (fixture: BatchFixture) => void = () => {}) => {
    const fixture = await batchFixture({ count: 30, loop: { dueMs: ms(391), ...loop } });
    prepare(fixture);
    fixture.clock.set(at(391));
    const before = await fixture.loops.read(OWNER);
    const indices = Array.from({ length: 30 }, (_, index) => index);
    const batches = [{ batch_id: BATCH_ID, indices, sealed_credential: fixture.sealedCredential }];
    await timers(fixture)({ v: 1, type: "step_deadlines", owner: OWNER, not_before: at(391), singles: [], batches });
    return { fixture, before, after: await fixture.loops.read(OWNER) };
  };
  const entry = { from: 0, count: 30, startMs: ms(-1), expiryMs: ms(3_600) };

  it("are left to their loop that has not come to them, and do not write it: no step could claim it beside thousands", async () => {
    const { fixture, before, after } = await given({ batches: { [BATCH_ID]: entry } });
    expect(after).toEqual(before);
    expect([ticks(fixture), new Set(await Promise.all(fixture.tids.map((tid) => phaseOf(fixture, tid))))]).toEqual([
      [],
      new Set(["queued"]),
    ]);
  });

  it("start it where it stands still", async () => {
    const { fixture, after } = await given({ batches: { [BATCH_ID]: entry }, dueMs: undefined });
    expect([after.dueMs, ticks(fixture)]).toEqual([ms(391), [-1, 0]]);
  });

  it("start it once, also where their batch leaves it again at that moment: each would start it", async () => {
    const leaving = vi.fn((fixture: BatchFixture) => {
      const { write } = fixture.loops;
      vi.spyOn(fixture.loops, "write").mockImplementation(async (owner, change) => {
        const isWritten = await write(owner, change);
        const { dueMs: _due, ...seen } = await fixture.loops.read(owner);
        return isWritten && (await write(owner, { seen, next: { ...seen, version: seen.version + 1, batches: {} } }));
      });
    });
    const { fixture } = await given({ batches: {}, dueMs: undefined }, leaving);
    expect(leaving).toHaveBeenCalledOnce();
    expect(ticks(fixture)).toEqual([-1, 0]);
  });

  it("are sent for once where it is lost", async () => {
    const { fixture } = await given({ batches: { [BATCH_ID]: entry }, dueMs: ms(300) });
    expect(ticks(fixture)).toEqual([0]);
  });

  it.each<[string, object]>([
    ["has gone past them", { [BATCH_ID]: { ...entry, from: 30 } }],
    ["has left the loop", {}],
  ])("wait again where their batch %s", async (_, batches) => {
    const { after } = await given({ batches });
    expect(after.batches[BATCH_ID]?.from).toBe(0);
  });
});
