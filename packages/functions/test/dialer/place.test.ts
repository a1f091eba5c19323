import { lengthSeconds } from "@promptcall/core/call/call-length";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { after, at, CREDENTIAL, epoch, jwt, queued, report, SETTINGS, spec, TID, TO } from "../given.ts";
import { deadline, metadata, queuedFixture } from "./given.ts";

describe("a queued call that is due", () => {
  it("is placed with its script, its addresses and the customer's credential", async () => {
    const fixture = await queuedFixture();
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    const address = (path: string) => expect.stringMatching(`^https://hooks.example/calls/${TID}/${path}/[\\w-]{43}$`);
    expect(fixture.carrier.placed).toEqual([
      {
        credential: CREDENTIAL,
        call: {
          to: TO,
          from: "447700900999",
          ncco: [
            { action: "talk", text: "Please enter your PIN", bargeIn: true },
            {
              action: "input",
              type: ["dtmf"],
              dtmf: { maxDigits: 4, timeOut: 5 },
              eventUrl: [address("digits/1")],
              eventMethod: "POST",
            },
          ],
          eventUrl: address("status/app"),
          lengthSeconds: lengthSeconds(spec(), SETTINGS),
        },
      },
    ]);
  });

  it("is dialed with machine detection where that was asked for", async () => {
    const fixture = await queuedFixture({ asked: spec({ machineDetection: "continue" }) });
    await dialer(fixture)(fixture.message);
    expect(fixture.carrier.placed).toMatchObject([{ call: { machineDetection: "continue" } }]);
  });

  it("gets the length and the deadline of its own texts", async () => {
    const asked = spec({ text: "x".repeat(900) });
    const fixture = await queuedFixture({ asked });
    await dialer(fixture)(fixture.message);
    const length = lengthSeconds(asked, SETTINGS);
    expect(length).toBeGreaterThan(lengthSeconds(spec(), SETTINGS));
    expect(fixture.carrier.placed).toMatchObject([{ call: { lengthSeconds: length } }]);
    expect(fixture.timers.sent).toMatchObject([
      { type: "step_deadlines", not_before: at(10 * Math.ceil((1 + 60 + length + 30) / 10)) },
    ]);
  });

  it("is recorded with the carrier's id, and published", async () => {
    const fixture = await queuedFixture();
    await dialer(fixture)(fixture.message);
    expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialed, version: 3 });
    expect(fixture.bus.published).toEqual([{ type: "call.dialed", metadata, data: { uuid: UUID } }]);
    expect(fixture.timers.sent).toEqual([deadline(fixture.message.sealed_credential)]);
    expect(fixture.dial.sent).toEqual([]);
  });

  it("is not published without verboseEvents", async () => {
    const fixture = await queuedFixture();
    await dialer({ ...fixture, verboseEvents: false })(fixture.message);
    expect(await fixture.calls.state(TID)).toEqual({ call: fixture.dialed, version: 3 });
    expect(fixture.bus.published).toEqual([]);
  });

  it("keeps reports that arrived while the carrier was asked", async () => {
    const fixture = await queuedFixture();
    const reported = report(1, { type: "leg", status: "ringing", uuid: UUID });
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async () => {
      await fixture.calls.save({ call: after(fixture.dialing, reported), version: 2 });
      return { kind: "placed", uuid: UUID };
    });
    expect(await dialer(fixture)(fixture.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    expect(await fixture.calls.state(TID)).toEqual({ call: after(fixture.dialed, reported), version: 3 });
  });

  it("sets the deadline, then the claim, then asks the carrier", async () => {
    const fixture = await queuedFixture();
    const order: string[] = [];
    vi.spyOn(fixture.timers, "send").mockImplementation(async () => void order.push("deadline"));
    vi.spyOn(fixture.calls, "save").mockImplementation(async ({ call }) => {
      order.push("line" in call && call.line.uuid !== undefined ? "uuid" : "claim");
    });
    vi.spyOn(fixture.carrier, "placeCall").mockImplementation(async () => {
      order.push("place");
      return { kind: "placed", uuid: UUID };
    });
    await dialer(fixture)(fixture.message);
    expect(order).toEqual(["deadline", "claim", "place", "uuid"]);
  });

  it("is not claimed when its deadline cannot be set", async () => {
    const fixture = await queuedFixture();
    vi.spyOn(fixture.timers, "send").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(fixture)(fixture.message)).rejects.toThrow("down");
    expect(await fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(fixture.carrier.placed).toEqual([]);
  });

  it.each([
    ["its hour, where it names no time of its own", spec(), 3_601],
    ["its time", spec({ expiresAt: at(60) }), 61],
  ])("that has waited beyond %s is not tried any more", async (_, asked, second) => {
    const credential = jwt({ application_id: "app", iat: epoch(0), exp: epoch(90_000) });
    const fixture = await queuedFixture({ credential, asked });
    fixture.clock.set(at(second));
    expect(await dialer(fixture)({ ...fixture.message, at: at(second) })).toEqual([
      { event: "dial.refused", tid: TID, why: "waited too long" },
    ]);
    expect(fixture.bus.published).toMatchObject([{ type: "call.dial_failed", data: { reason: "expired" } }]);
    expect(fixture.carrier.placed).toEqual([]);
  });
});
