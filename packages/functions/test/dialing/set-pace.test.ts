import { describe, expect, it, vi } from "vitest";
import { setPace } from "../../src/dialing/set-pace.ts";
import { batchFixture, OWNER } from "../batch-given.ts";
import { at } from "../given.ts";

describe("the pace of an application", () => {
  it("is what the carrier has agreed to from now on, and its calls wait where they were", async () => {
    const slowed = { currentCallsPerSecond: 1.5, paceChangedAtMs: Date.parse(at(-1)) };
    const fixture = await batchFixture({ loop: slowed });
    const before = await fixture.loops.read(OWNER);
    await setPace({ owner: OWNER, callsPerSecond: 30 }, fixture);
    const { paceChangedAtMs: _changed, ...rest } = before;
    const pace = { callsPerSecond: 30, currentCallsPerSecond: 30 };
    expect(await fixture.loops.read(OWNER)).toEqual({ ...rest, version: before.version + 1, ...pace });
  });

  it("is set also where somebody else writes the loop at that moment", async () => {
    const fixture = await batchFixture();
    const { write } = fixture.loops;
    vi.spyOn(fixture.loops, "write").mockResolvedValueOnce(false).mockImplementation(write);
    await setPace({ owner: OWNER, callsPerSecond: 30 }, fixture);
    expect((await fixture.loops.read(OWNER)).callsPerSecond).toBe(30);
  });
});
