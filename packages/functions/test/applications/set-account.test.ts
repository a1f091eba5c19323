import { newLoop } from "@promptcall/core/dialing/loop";
import { describe, expect, it } from "vitest";
import { setAccount } from "../../src/applications/set-account.ts";
import { setPace } from "../../src/dialing/set-pace.ts";
import { batchFixture, OWNER } from "../batch-given.ts";
import { emptyFixture } from "../fixture.ts";
import { at, TID } from "../given.ts";

const agreed = { applicationId: "app", account: "acme" };

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
