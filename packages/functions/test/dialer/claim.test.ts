import type { DialOutcome } from "@promptcall/core/call/dial-outcome";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { ConflictError, SealError, UnknownCallError } from "../../src/errors.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { emptyFixture } from "../fixture.ts";
import { after, CREDENTIAL, claim, OTHER_TID, queued, report, TID } from "../given.ts";
import { deadline, queuedFixture } from "./given.ts";

describe("a call that another dialer claimed", () => {
  it("is not placed again by a second delivery", async () => {
    const fixture = await queuedFixture();
    await dialer(fixture)(fixture.message);
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(fixture.carrier.placed).toHaveLength(1);
    expect(fixture.timers.sent).toHaveLength(1);
  });

  it("is not placed by two deliveries at the same time", async () => {
    const fixture = await queuedFixture();
    const logged = await Promise.all([dialer(fixture)(fixture.message), dialer(fixture)(fixture.message)]);
    expect(
      logged
        .flat()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(["dial.placed", "dial.skipped"]);
    expect(fixture.carrier.placed).toHaveLength(1);
  });

  it("is not placed after a crash between claim and answer", async () => {
    const fixture = await queuedFixture();
    vi.spyOn(fixture.carrier, "placeCall").mockRejectedValueOnce(new Error("crash"));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("crash");
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(fixture.carrier.placed).toEqual([]);
  });

  it("is not placed when its leg was already reported", async () => {
    const fixture = await queuedFixture();
    const reported = after(queued(), report(1, { type: "leg", status: "ringing" }));
    await fixture.calls.save({ call: reported, version: 1 });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(fixture.carrier.placed).toEqual([]);
  });
});

describe("a claim whose answer was lost", () => {
  it("is recognised as its own, and the call is placed", async () => {
    const fixture = await queuedFixture();
    const { save } = fixture.calls;
    vi.spyOn(fixture.calls, "save").mockImplementationOnce(async (stored) => {
      await save(stored);
      throw new ConflictError(TID);
    });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    expect(fixture.carrier.placed).toHaveLength(1);
  });

  it("is recognised as another's, and the call is not placed", async () => {
    const fixture = await queuedFixture();
    const { save } = fixture.calls;
    vi.spyOn(fixture.calls, "save").mockImplementationOnce(async () => {
      await save({ call: after(queued(), claim()), version: 1 });
      throw new ConflictError(TID);
    });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(fixture.carrier.placed).toEqual([]);
  });
});

describe("an outcome that cannot be recorded", () => {
  it.each<[DialOutcome, "save" | "publish"]>([
    [{ kind: "placed", uuid: UUID }, "save"],
    [{ kind: "placed", uuid: UUID }, "publish"],
    [{ kind: "refused", reason: "invalid_number", why: "answered 400" }, "publish"],
  ])("(%j by %s) leaves the call to its deadline, and never to a second dial", async (outcome, by) => {
    const fixture = await queuedFixture({ outcome });
    const { placeCall } = fixture.carrier;
    // The claim is saved by then.
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async (...asked) => {
      if (by === "save") vi.spyOn(fixture.calls, "save").mockRejectedValueOnce(new Error("down"));
      else vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
      return await placeCall(...asked);
    });
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("down");
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(fixture.carrier.placed).toHaveLength(1);
    expect(fixture.timers.sent).toEqual([deadline(fixture.message.sealed_credential)]);
  });
});

describe("a message that cannot be dialed", () => {
  it("fails when its call is not on record", async () => {
    const { message } = await queuedFixture();
    await expect(dialer(emptyFixture())(message)).rejects.toEqual(new UnknownCallError(TID));
  });

  it("fails, unclaimed, when its credential was sealed for another call", async () => {
    const fixture = await queuedFixture();
    const sealed_credential = await fixture.seal.seal(CREDENTIAL, OTHER_TID);
    await expect(dialer(fixture)({ ...fixture.message, sealed_credential })).rejects.toThrow(SealError);
    expect(await fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });
});
