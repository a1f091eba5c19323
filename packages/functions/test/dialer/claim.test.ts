import type { DialOutcome } from "@promptcall/core/dial-outcome";
import { UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { ConflictError, SealError, UnknownCallError } from "../../src/errors.ts";
import { after, CREDENTIAL, claim, OTHER_TID, queued, report, TID } from "../given.ts";
import { emptyWorld } from "../world.ts";
import { deadline, queuedWorld } from "./given.ts";

describe("a call that is somebody else's", () => {
  it("is not placed again by a second delivery", async () => {
    const world = await queuedWorld();
    await dialer(world)(world.message);
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(world.carrier.placed).toHaveLength(1);
    expect(world.timers.sent).toHaveLength(1);
  });

  it("is not placed by two deliveries at the same time", async () => {
    const world = await queuedWorld();
    const told = await Promise.all([dialer(world)(world.message), dialer(world)(world.message)]);
    expect(
      told
        .flat()
        .map(({ event }) => event)
        .toSorted(),
    ).toEqual(["dial.placed", "dial.skipped"]);
    expect(world.carrier.placed).toHaveLength(1);
  });

  it("is not placed after a crash between claim and answer", async () => {
    const world = await queuedWorld();
    vi.spyOn(world.carrier, "placeCall").mockRejectedValueOnce(new Error("crash"));
    await expect(dialer(world)(world.message)).rejects.toThrow("crash");
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(world.carrier.placed).toEqual([]);
  });

  it("is not placed when the line was already heard from", async () => {
    const world = await queuedWorld();
    const heard = after(queued(), report(1, { type: "line", status: "ringing" }));
    await world.calls.save({ call: heard, version: 1 });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(world.carrier.placed).toEqual([]);
  });
});

describe("a claim whose acknowledgement was lost", () => {
  it("is found to be our own, and the call is placed", async () => {
    const world = await queuedWorld();
    const { save } = world.calls;
    vi.spyOn(world.calls, "save").mockImplementationOnce(async (stored) => {
      await save(stored);
      throw new ConflictError(TID);
    });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    expect(world.carrier.placed).toHaveLength(1);
  });

  it("is found to be another's, and the call is left to that one", async () => {
    const world = await queuedWorld();
    const { save } = world.calls;
    vi.spyOn(world.calls, "save").mockImplementationOnce(async () => {
      await save({ call: after(queued(), claim()), version: 1 });
      throw new ConflictError(TID);
    });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(world.carrier.placed).toEqual([]);
  });
});

describe("an outcome that cannot be recorded", () => {
  it.each<[DialOutcome, "save" | "publish"]>([
    [{ kind: "placed", uuid: UUID }, "save"],
    [{ kind: "placed", uuid: UUID }, "publish"],
    [{ kind: "refused", reason: "invalid_number", why: "answered 400" }, "publish"],
  ])("(%j by %s) leaves the call to its deadline, and never to a second dial", async (outcome, by) => {
    const world = await queuedWorld({ outcome });
    const { placeCall } = world.carrier;
    // The claim is saved by then.
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async (...asked) => {
      if (by === "save") vi.spyOn(world.calls, "save").mockRejectedValueOnce(new Error("down"));
      else vi.spyOn(world.bus, "publish").mockRejectedValueOnce(new Error("down"));
      return await placeCall(...asked);
    });
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(world.carrier.placed).toHaveLength(1);
    expect(world.timers.sent).toEqual([deadline(world.message.sealed_credential)]);
  });
});

describe("a message that cannot be dialed", () => {
  it("fails when its call is not on record", async () => {
    const { message } = await queuedWorld();
    await expect(dialer(emptyWorld())(message)).rejects.toEqual(new UnknownCallError(TID));
  });

  it("fails, unclaimed, when its credential was sealed for another call", async () => {
    const world = await queuedWorld();
    const sealed_credential = await world.seal.seal(CREDENTIAL, OTHER_TID);
    await expect(dialer(world)({ ...world.message, sealed_credential })).rejects.toThrow(SealError);
    expect(await world.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });
});
