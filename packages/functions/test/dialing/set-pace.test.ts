import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it, vi } from "vitest";
import { setAccount, setPace } from "../../src/dialing/set-pace.ts";
import { batchFixture, OWNER } from "../batch-given.ts";
import { emptyFixture } from "../fixture.ts";
import { at, TID } from "../given.ts";

const agreed = { applicationId: "app", account: "acme" };

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

describe("the account of an application", () => {
  it("decides in whose loop its calls wait", async () => {
    const fixture = emptyFixture();
    expect(await setAccount(agreed, fixture)).toBe(true);
    expect(await fixture.owners.ownerOf("app")).toBe("account:acme");
    expect(await fixture.owners.ownerOf("another")).toBe("app:another");
  });

  it("is set while its loop rests, whatever pace that had", async () => {
    const fixture = emptyFixture();
    await setPace({ owner: OWNER, callsPerSecond: 30 }, fixture);
    expect(await setAccount(agreed, fixture)).toBe(true);
  });

  it("is not set while a batch is in its loop: calls do not move", async () => {
    const fixture = await batchFixture();
    expect(await setAccount(agreed, fixture)).toBe(false);
    expect(await fixture.owners.ownerOf("app")).toBe(OWNER);
  });

  it("is not set while a single call waits in it", async () => {
    const fixture = emptyFixture();
    await fixture.waiting.add(OWNER, { tid: TID, notBeforeMs: Date.parse(at(60)), sealedCredential: "sealed" });
    const next = { ...newLoop(), version: 1, dueMs: Date.parse(at(60)), arrivals: 1 };
    await fixture.loops.write(OWNER, { seen: newLoop(), next });
    expect(await setAccount(agreed, fixture)).toBe(false);
  });

  it("is not set to another while the loop of its account has work", async () => {
    const fixture = emptyFixture();
    await setAccount(agreed, fixture);
    const next = { ...newLoop(), version: 1, dueMs: Date.parse(at(60)) };
    await fixture.loops.write("account:acme", { seen: newLoop(), next });
    expect(await setAccount({ ...agreed, account: "other" }, fixture)).toBe(false);
  });
});
