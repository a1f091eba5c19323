import type { PartMessage } from "@promptcall/core/contracts/dialing-messages";
import { FAN_OUT_MS } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { BATCH_ID, batchFixture, OWNER } from "../batch-given.ts";
import { at } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

/** Of a batch whose calls are all dialed. */
const OVER_ID = "7c9e6679-7425-40de-944b-e07fc1f90ae8";

const ms = (second: number) => Date.parse(at(second));
const ticks = ({ dial }: BatchFixture) => dial.sent.flatMap((sent) => (sent.type === "tick" ? [sent.n] : []));
const sweeps = ({ timers }: BatchFixture) => timers.sent.filter(({ type }) => type === "sweep");

describe("many parts of a step whose credential is refused", () => {
  const REFUSED = { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" } as const;
  /** A part of one call each, which comes before its moment. */
  const dialParts = async (fixture: BatchFixture, from: number, to: number) => {
    const { sealedCredential: sealed_credential, clock } = fixture;
    const parts = Array.from({ length: to - from }, (_, place): PartMessage => {
      const batches = [{ batch_id: BATCH_ID, indices: [from + place], sealed_credential }];
      const moment = new Date(clock.now().getTime() + FAN_OUT_MS).toISOString();
      return { v: 1, type: "part", owner: OWNER, at: moment, singles: [], batches };
    });
    await Promise.all(parts.map(async (part) => await dialer(fixture)(part)));
  };

  it("have one of them end the batch", async () => {
    const fixture = await batchFixture({ count: 24, outcome: REFUSED });
    await dialParts(fixture, 0, 12);
    expect(fixture.carrier.placed).toHaveLength(12);
    expect(sweeps(fixture)).toMatchObject([{ batch_id: BATCH_ID, reason: "credential_rejected", next: 0 }]);
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("credential_rejected");
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
  });

  it("leave the batch in its loop where that one dies, and a later one ends it", async () => {
    const fixture = await batchFixture({ count: 24, outcome: REFUSED });
    vi.spyOn(fixture.timers, "send").mockImplementation(async (message) => {
      if (message.type === "sweep") throw new Error("died");
    });
    await expect(dialParts(fixture, 0, 12)).rejects.toThrow("died");
    vi.restoreAllMocks();
    expect([(await fixture.batches.find(BATCH_ID))?.over, sweeps(fixture)]).toEqual([undefined, []]);
    expect(Object.keys((await fixture.loops.read(OWNER)).batches)).toEqual([BATCH_ID]);
    fixture.clock.set(at(6));
    await dialParts(fixture, 12, 24);
    expect(sweeps(fixture)).toHaveLength(1);
    expect((await fixture.batches.find(BATCH_ID))?.over).toBe("credential_rejected");
    expect(fixture.carrier.placed).toHaveLength(24);
  });
});

describe("a step that others keep from being claimed", () => {
  /** Its function is stopped each time, and its message comes again. */
  const isStopped = (fixture: BatchFixture) => vi.spyOn(fixture.loops, "write").mockRejectedValue(new Error("stopped"));

  it("sends one watchdog in 45 seconds, however often it is tried: each would try it as well", async () => {
    const fixture = await batchFixture();
    isStopped(fixture);
    for (const second of [11, 15, 30, 55, 57, 60, 90]) {
      fixture.clock.set(at(second));
      await expect(dialer(fixture)(fixture.message)).rejects.toThrow("stopped");
    }
    expect(ticks(fixture)).toEqual([0, 0]);
  });

  it("has on record when that comes, once it is claimed", async () => {
    const fixture = await batchFixture();
    const stopped = isStopped(fixture);
    fixture.clock.set(at(11));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("stopped");
    stopped.mockRestore();
    fixture.clock.set(at(20));
    await dialer(fixture)(fixture.message);
    expect([ticks(fixture), (await fixture.loops.read(OWNER)).watchedUntilMs]).toEqual([[0, 1], ms(101)]);
  });

  it("sends once for each batch that leaves with it, however often others write meanwhile", async () => {
    const entry = { count: 10, startMs: ms(-60), expiryMs: ms(3_600) };
    const batches = { [BATCH_ID]: { ...entry, from: 0, expiryMs: ms(-1) }, [OVER_ID]: { ...entry, from: 10 } };
    const fixture = await batchFixture({ loop: { batches } });
    vi.spyOn(fixture.loops, "write").mockResolvedValueOnce(false).mockResolvedValueOnce(false);
    await dialer(fixture)(fixture.message);
    expect((await fixture.loops.read(OWNER)).batches).toEqual({});
    expect(fixture.timers.sent).toMatchObject([
      { type: "sweep", batch_id: BATCH_ID, reason: "expired" },
      { type: "count_batch", batch_id: OVER_ID },
    ]);
  });
});
