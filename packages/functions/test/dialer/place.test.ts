import { lengthSeconds } from "@promptcall/core/call-length";
import { UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../../src/dialer/dial.ts";
import { after, at, CREDENTIAL, epoch, jwt, queued, report, SETTINGS, spec, TID, TO } from "../given.ts";
import { deadline, metadata, queuedWorld } from "./given.ts";

describe("a queued call whose turn has come", () => {
  it("is placed with its script, its addresses and the customer's credential", async () => {
    const world = await queuedWorld();
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    const address = (path: string) => expect.stringMatching(`^https://hooks.example/calls/${TID}/${path}/[\\w-]{43}$`);
    expect(world.carrier.placed).toEqual([
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
          eventUrl: address("status"),
          lengthSeconds: lengthSeconds(spec(), SETTINGS),
        },
      },
    ]);
  });

  it("is dialed with machine detection where that was asked for", async () => {
    const world = await queuedWorld({ asked: spec({ machineDetection: "continue" }) });
    await dialer(world)(world.message);
    expect(world.carrier.placed).toMatchObject([{ call: { machineDetection: "continue" } }]);
  });

  it("is given as long as its own texts take, and closed when that is over", async () => {
    const asked = spec({ text: "x".repeat(900) });
    const world = await queuedWorld({ asked });
    await dialer(world)(world.message);
    const length = lengthSeconds(asked, SETTINGS);
    expect(length).toBeGreaterThan(lengthSeconds(spec(), SETTINGS));
    expect(world.carrier.placed).toMatchObject([{ call: { lengthSeconds: length } }]);
    expect(world.timers.sent).toMatchObject([{ type: "step_deadlines", not_before: at(1 + 60 + length + 30) }]);
  });

  it("is on record with the carrier's name for it, and the bus knows that, too", async () => {
    const world = await queuedWorld();
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialed, version: 3 });
    expect(world.bus.published).toEqual([{ type: "call.dialed", metadata, data: { uuid: UUID } }]);
    expect(world.timers.sent).toEqual([deadline(world.message.sealed_credential)]);
    expect(world.dial.sent).toEqual([]);
  });

  it("is not announced where only eventful news is published", async () => {
    const world = await queuedWorld();
    await dialer({ ...world, verboseEvents: false })(world.message);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialed, version: 3 });
    expect(world.bus.published).toEqual([]);
  });

  it("keeps what was heard from the line while the carrier was asked", async () => {
    const world = await queuedWorld();
    const heard = report(1, { type: "line", status: "ringing", uuid: UUID });
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async () => {
      await world.calls.save({ call: after(world.dialing, heard), version: 2 });
      return { kind: "placed", uuid: UUID };
    });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.placed", tid: TID }]);
    expect(await world.calls.state(TID)).toEqual({ call: after(world.dialed, heard), version: 3 });
  });

  it("has its deadline before its claim, and its claim before the carrier is asked", async () => {
    const world = await queuedWorld();
    const order: string[] = [];
    vi.spyOn(world.timers, "send").mockImplementation(async () => void order.push("deadline"));
    vi.spyOn(world.calls, "save").mockImplementation(async ({ call }) => {
      order.push("line" in call && call.line.uuid !== undefined ? "uuid" : "claim");
    });
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async () => {
      order.push("place");
      return { kind: "placed", uuid: UUID };
    });
    await dialer(world)(world.message);
    expect(order).toEqual(["deadline", "claim", "place", "uuid"]);
  });

  it("is not claimed when its deadline cannot be set", async () => {
    const world = await queuedWorld();
    vi.spyOn(world.timers, "send").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(await world.calls.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(world.carrier.placed).toEqual([]);
  });

  it.each([
    ["its hour, where it names no time of its own", spec(), 3_601],
    ["its time", spec({ expiresAt: at(60) }), 61],
  ])("that has waited beyond %s is not tried any more", async (_, asked, second) => {
    const credential = jwt({ application_id: "app", iat: epoch(0), exp: epoch(90_000) });
    const world = await queuedWorld({ credential, asked });
    world.clock.set(at(second));
    expect(await dialer(world)({ ...world.message, at: at(second) })).toEqual([
      { event: "dial.refused", tid: TID, why: "waited too long" },
    ]);
    expect(world.bus.published).toMatchObject([{ type: "call.dial_failed", data: { reason: "expired" } }]);
    expect(world.carrier.placed).toEqual([]);
  });
});
