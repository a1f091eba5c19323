import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { setAccount, setPace } from "../src/dialing/set-pace.ts";
import { batchWorld, OWNER } from "./batch-given.ts";
import { at, TID } from "./given.ts";
import { emptyWorld } from "./world.ts";

const agreed = { applicationId: "app", account: "acme" };

describe("the pace of an application", () => {
  it("is what the carrier has agreed to from now on, and its calls wait where they were", async () => {
    const slowed = { currentCallsPerSecond: 1.5, paceChangedAtMs: Date.parse(at(-1)) };
    const world = await batchWorld({ loop: slowed });
    const before = await world.loops.read(OWNER);
    await setPace({ owner: OWNER, callsPerSecond: 30 }, world);
    const { paceChangedAtMs: _changed, ...rest } = before;
    const pace = { callsPerSecond: 30, currentCallsPerSecond: 30 };
    expect(await world.loops.read(OWNER)).toEqual({ ...rest, version: before.version + 1, ...pace });
  });

  it("is set also where somebody else writes the loop at that moment", async () => {
    const world = await batchWorld();
    const { write } = world.loops;
    vi.spyOn(world.loops, "write").mockResolvedValueOnce(false).mockImplementation(write);
    await setPace({ owner: OWNER, callsPerSecond: 30 }, world);
    expect((await world.loops.read(OWNER)).callsPerSecond).toBe(30);
  });
});

describe("the account of an application", () => {
  it("is whose loop its calls are in from now on", async () => {
    const world = emptyWorld();
    expect(await setAccount(agreed, world)).toBe(true);
    expect(await world.owners.ownerOf("app")).toBe("account:acme");
    expect(await world.owners.ownerOf("another")).toBe("app:another");
  });

  it("is set while its loop rests, whatever pace that had", async () => {
    const world = emptyWorld();
    await setPace({ owner: OWNER, callsPerSecond: 30 }, world);
    expect(await setAccount(agreed, world)).toBe(true);
  });

  it("is not set while a batch is in its loop: calls do not move", async () => {
    const world = await batchWorld();
    expect(await setAccount(agreed, world)).toBe(false);
    expect(await world.owners.ownerOf("app")).toBe(OWNER);
  });

  it("is not set while a single call waits in it", async () => {
    const world = emptyWorld();
    await world.waiting.add(OWNER, { tid: TID, notBeforeMs: Date.parse(at(60)), sealedCredential: "sealed" });
    const next = { ...newLoop(), version: 1, dueMs: Date.parse(at(60)), arrivals: 1 };
    await world.loops.write(OWNER, { seen: newLoop(), next });
    expect(await setAccount(agreed, world)).toBe(false);
  });

  it("is not set to another while the loop of its account has work", async () => {
    const world = emptyWorld();
    await setAccount(agreed, world);
    const next = { ...newLoop(), version: 1, dueMs: Date.parse(at(60)) };
    await world.loops.write("account:acme", { seen: newLoop(), next });
    expect(await setAccount({ ...agreed, account: "other" }, world)).toBe(false);
  });
});
