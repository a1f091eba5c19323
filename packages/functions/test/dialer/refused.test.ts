import { describe, expect, it } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { epoch, jwt, TID } from "../given.ts";
import { deadline, metadata, queuedWorld } from "./given.ts";

describe("a dial the carrier refused", () => {
  it("is put on the bus with its reason, and stays claimed", async () => {
    const world = await queuedWorld({ outcome: { kind: "refused", reason: "invalid_number", why: "answered 400" } });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.refused", tid: TID, why: "answered 400" }]);
    expect(world.bus.published).toEqual([{ type: "call.dial_failed", metadata, data: { reason: "invalid_number" } }]);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
    expect(world.dial.sent).toEqual([]);
  });

  it.each([
    ["by its exp", jwt({ application_id: "app", iat: epoch(-60), exp: epoch(1) })],
    ["15 minutes after its iat, where it has no exp", jwt({ application_id: "app", iat: epoch(-899) })],
  ])("for want of a credential that still serves, %s, is not even tried", async (_, credential) => {
    const world = await queuedWorld({ credential });
    expect(await dialer(world)(world.message)).toEqual([
      { event: "dial.refused", tid: TID, why: "credential expired" },
    ]);
    expect(world.bus.published).toEqual([{ type: "call.dial_failed", metadata, data: { reason: "expired" } }]);
    expect(world.carrier.placed).toEqual([]);
  });
});

describe("a dial of which nothing is known", () => {
  it("is left as it is: a webhook resolves it, or its deadline", async () => {
    const world = await queuedWorld({ outcome: { kind: "unknown", why: "no answer" } });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.unknown", tid: TID, why: "no answer" }]);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
    expect(world.timers.sent).toEqual([deadline(world.message.sealed_credential)]);
    expect([world.bus.published, world.dial.sent]).toEqual([[], []]);
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
  });
});
