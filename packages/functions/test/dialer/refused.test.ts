import { describe, expect, it } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { epoch, jwt, TID } from "../given.ts";
import { deadline, metadata, queuedFixture } from "./given.ts";

describe("a dial the carrier refused", () => {
  it("is put on the bus with its reason, and stays claimed", async () => {
    const fixture = await queuedFixture({
      outcome: { kind: "refused", reason: "invalid_number", why: "answered 400" },
    });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.refused", tid: TID, why: "answered 400" }]);
    expect(fixture.bus.published).toEqual([{ type: "call.dial_failed", metadata, data: { reason: "invalid_number" } }]);
    expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialing, version: 2 });
    expect(fixture.dial.sent).toEqual([]);
  });

  it.each([
    ["by its exp", jwt({ application_id: "app", iat: epoch(-60), exp: epoch(1) })],
    ["15 minutes after its iat, where it has no exp", jwt({ application_id: "app", iat: epoch(-899) })],
  ])("for want of a credential that still serves, %s, is not even tried", async (_, credential) => {
    const fixture = await queuedFixture({ credential });
    expect(await dialer(fixture)(fixture.message)).toEqual([
      { event: "dial.refused", tid: TID, why: "credential expired" },
    ]);
    expect(fixture.bus.published).toEqual([{ type: "call.dial_failed", metadata, data: { reason: "expired" } }]);
    expect(fixture.carrier.placed).toEqual([]);
  });
});

describe("a dial with an unknown outcome", () => {
  it("is left to a webhook or its deadline", async () => {
    const fixture = await queuedFixture({ outcome: { kind: "unknown", why: "no answer" } });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.unknown", tid: TID, why: "no answer" }]);
    expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialing, version: 2 });
    expect(fixture.timers.sent).toEqual([deadline(fixture.message.sealed_credential)]);
    expect([fixture.bus.published, fixture.dial.sent]).toEqual([[], []]);
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
  });
});
