import { accept } from "@promptcall/core/evolve";
import { scriptedCarrier, UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { giveBack, type Origin } from "../src/dialing/give-back.ts";
import { BATCH_ID, batchWorld, numberAt, OWNER, tidsOf } from "./batch-given.ts";
import { after, at, claim, report, spec, TID } from "./given.ts";

type BatchWorld = Awaited<ReturnType<typeof batchWorld>>;

const ms = (second: number) => Date.parse(at(second));
const token = "claim-1";
const phaseOf = async ({ calls }: BatchWorld, tid: string) => (await calls.state(tid))?.call.phase;
const ticks = ({ dial }: BatchWorld) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));

describe("a single call that was not dialed", () => {
  const origin: Origin = { kind: "single", sealedCredential: "sealed" };
  const back = { tid: TID, owner: OWNER, origin, notBeforeMs: ms(2), token };
  const given = async () => {
    const world = await batchWorld({ loop: { dueMs: undefined, batches: {} } as object });
    world.hold({ spec: spec(), call: after(accept(spec()), claim()) });
    return world;
  };

  it("waits again, from that time on, in a loop that comes for it", async () => {
    const world = await given();
    await giveBack(back, world);
    expect(await phaseOf(world, TID)).toBe("queued");
    expect(await world.waiting.list(OWNER, 9)).toEqual([{ tid: TID, notBeforeMs: ms(2), sealedCredential: "sealed" }]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: ms(2), arrivals: 1 });
    expect(ticks(world)).toEqual([-1, 0]);
  });

  it("waits before it is released: a crash in between leaves it to its deadline, and not to nobody", async () => {
    const world = await given();
    vi.spyOn(world.calls, "save").mockRejectedValueOnce(new Error("died"));
    await expect(giveBack(back, world)).rejects.toThrow("died");
    expect([await phaseOf(world, TID), (await world.waiting.list(OWNER, 9)).length]).toEqual(["dialing", 1]);
  });

  it("is released once when the answer to that was lost", async () => {
    const world = await given();
    const { save } = world.calls;
    vi.spyOn(world.calls, "save").mockImplementationOnce(async (stored) => {
      await save(stored);
      throw new Error("lost");
    });
    await expect(giveBack(back, world)).rejects.toThrow("lost");
    await giveBack(back, world);
    expect([await phaseOf(world, TID), (await world.loops.read(OWNER)).dueMs]).toEqual(["queued", ms(2)]);
  });

  it("but has been heard of since is dialed after all: no loop comes for it", async () => {
    const world = await given();
    const heard = after(accept(spec()), claim(), report(2, { type: "dialed", uuid: UUID }));
    world.hold({ spec: spec(), call: heard });
    await giveBack(back, world);
    expect((await world.calls.state(TID))?.call).toEqual(heard);
    expect([(await world.loops.read(OWNER)).dueMs, world.dial.sent]).toEqual([undefined, []]);
  });
});

describe("a call of a batch that was not dialed", () => {
  const [tid = ""] = tidsOf(4, 5);
  const origin: Origin = { kind: "batch", batchId: BATCH_ID, index: 4 };
  const back = { tid, owner: OWNER, origin, notBeforeMs: ms(2), token };
  const asked = spec({ tid, to: numberAt(4), batch: { id: BATCH_ID, index: 4 } });
  const entry = { from: 6, count: 10, startMs: ms(-1), expiryMs: ms(3_600) };
  const given = async (loop: object = { batches: { [BATCH_ID]: entry }, dueMs: ms(1) }) => {
    const world = await batchWorld({ loop });
    world.hold({ spec: asked, call: after(accept(asked), claim()) });
    return world;
  };

  it("is where its batch goes on from", async () => {
    const world = await given();
    await giveBack(back, world);
    expect(await phaseOf(world, tid)).toBe("queued");
    expect(await world.loops.read(OWNER)).toMatchObject({
      dueMs: ms(1),
      batches: { [BATCH_ID]: { ...entry, from: 4 } },
    });
  });

  it("leaves a batch alone that has to go back further", async () => {
    const world = await given({ batches: { [BATCH_ID]: { ...entry, from: 2 } }, dueMs: ms(1) });
    await giveBack(back, world);
    expect((await world.loops.read(OWNER)).batches[BATCH_ID]?.from).toBe(2);
  });

  it("brings its batch back, as it is on record, where that has left the loop; and starts the loop", async () => {
    const world = await given({ batches: {}, dueMs: undefined });
    await world.batches.pause(BATCH_ID, true);
    await giveBack(back, world);
    expect(await world.loops.read(OWNER)).toMatchObject({
      dueMs: ms(2),
      batches: { [BATCH_ID]: { ...entry, from: 4, paused: true } },
    });
    expect(ticks(world)).toEqual([-1, 0]);
  });

  it("ends as its batch did, and does not bring it back", async () => {
    const world = await given({ batches: {} });
    await world.batches.end(BATCH_ID, "credential_rejected");
    await giveBack(back, world);
    expect((await world.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "credential_rejected" } });
    expect((await world.loops.read(OWNER)).batches).toEqual({});
  });

  it("ends also as a batch that ends at that moment: its sweep has passed the call while it was claimed", async () => {
    const world = await given();
    const { write } = world.loops;
    vi.spyOn(world.loops, "write").mockImplementationOnce(async (...change) => {
      await world.batches.end(BATCH_ID, "cancelled");
      return await write(...change);
    });
    await giveBack(back, world);
    expect((await world.calls.state(tid))?.call).toMatchObject({ outcome: { reason: "cancelled" } });
  });

  it("goes with the next step that dials", async () => {
    const world = { ...(await given()), carrier: scriptedCarrier() };
    await giveBack(back, world);
    const found = await world.calls.find([tid]);
    expect(found.get(tid)?.stored.call).toMatchObject({ phase: "queued", dials: 1 });
  });
});
