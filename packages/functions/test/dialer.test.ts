import { lengthSeconds } from "@promptcall/core/call-length";
import type { DialOutcome } from "@promptcall/core/dial-outcome";
import type { DialMessage } from "@promptcall/core/messages";
import type { CallSpec } from "@promptcall/core/spec";
import { idOf } from "@promptcall/simulation/twins/chance";
import { scriptedCarrier, UUID } from "@promptcall/simulation/twins/scripted-carrier";
import { describe, expect, it, vi } from "vitest";
import { dialer } from "../src/dialer/dial.ts";
import { ConflictError, SealError, UnknownCallError } from "../src/errors.ts";
import {
  after,
  at,
  CREDENTIAL,
  claim,
  DEADLINE,
  epoch,
  jwt,
  OTHER_TID,
  queued,
  report,
  SETTINGS,
  spec,
  TID,
  TO,
} from "./given.ts";
import { emptyWorld, worldWith } from "./world.ts";

const OWNER = "app:app";

/** One call in the queue, and a carrier that answers as told. */
async function queuedWorld({
  outcome,
  credential = CREDENTIAL,
  asked = spec(),
}: {
  outcome?: DialOutcome;
  credential?: string;
  asked?: CallSpec;
} = {}) {
  const world = await worldWith(queued(), { now: at(1), spec: asked });
  const sealed_credential = await world.seal.seal(credential, TID);
  const message: DialMessage = { v: 1, type: "dial", tid: TID, sealed_credential, owner: OWNER, at: at(1) };
  const carrier = scriptedCarrier(outcome && { outcome });
  const dialing = after(queued(), claim(1, idOf(1)));
  return { ...world, carrier, message, dialing, dialed: after(dialing, report(1, { type: "dialed", uuid: UUID })) };
}

const metadata = { id: idOf(2), version: 1, tid: TID, application_id: "app", time: at(1) };
const deadline = (sealed_credential: string, token = idOf(1)) => ({
  v: 1,
  type: "step_deadlines",
  owner: OWNER,
  claim: token,
  not_before: at(1 + DEADLINE),
  singles: [{ tid: TID, sealed_credential }],
  batches: [],
});

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

describe("a dial that is to be tried again", () => {
  const waits = async ({ waiting }: Pick<Awaited<ReturnType<typeof queuedWorld>>, "waiting">) =>
    (await waiting.list(OWNER, 10)).map(({ tid, notBeforeMs }) => [tid, new Date(notBeforeMs).toISOString()]);

  it("gives its claim back and waits anew, a little later, in a loop that takes it up", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "ECONNREFUSED" } });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.try_again", tid: TID, why: "ECONNREFUSED" }]);
    expect(await world.calls.state(TID)).toEqual({ call: { ...queued(), dials: 1 }, version: 3 });
    expect(await waits(world)).toEqual([[TID, at(4)]]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(4)), arrivals: 1 });
    expect(world.dial.sent.at(-1)).toEqual({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(world.bus.published).toEqual([]);
  });

  it("waits as long as the carrier asks, where that is longer", async () => {
    const outcome = { kind: "try_again", why: "429", throttled: true, retryAfterSeconds: 60 } as const;
    const world = await queuedWorld({ outcome });
    const told = { event: "dial.try_again", tid: TID, why: "429", throttled: true };
    expect(await dialer(world)(world.message)).toEqual([told]);
    expect(await waits(world)).toEqual([[TID, at(61)]]);
    expect(await world.loops.read(OWNER)).toMatchObject({ refusals: 1 });
  });

  it("does not wait for longer than a minute, whatever the carrier asks", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429", retryAfterSeconds: 1e13 } });
    await dialer(world)(world.message);
    expect(await waits(world)).toEqual([[TID, at(61)]]);
  });

  it("is placed under a claim and a deadline of its own", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    await dialer(world)(world.message);
    expect(await dialer({ ...world, carrier: scriptedCarrier() })(world.message)).toMatchObject([
      { event: "dial.placed" },
    ]);
    expect(world.timers.sent).toEqual([
      deadline(world.message.sealed_credential, idOf(1)),
      deadline(world.message.sealed_credential, idOf(2)),
    ]);
    expect(await world.calls.state(TID)).toMatchObject({ call: { claim: { token: idOf(2) }, dials: 2 }, version: 5 });
  });

  it("waits before its claim is given back, so that a crash between the two loses nothing", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockImplementation(async () => {
      expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 3 });
  });

  it("is left to its deadline when it could not be made to wait", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockRejectedValueOnce(new Error("down"));
    await expect(dialer(world)(world.message)).rejects.toThrow("down");
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
    expect(await world.calls.state(TID)).toEqual({ call: world.dialing, version: 2 });
  });

  it("gives its claim back also when somebody else saved the call in between", async () => {
    const world = await queuedWorld({ outcome: { kind: "try_again", why: "429" } });
    vi.spyOn(world.waiting, "add").mockImplementation(async () => {
      await world.calls.save({ call: world.dialing, version: 2 });
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "queued" }, version: 4 });
  });

  it("keeps its claim when the line was heard from after all", async () => {
    const world = await queuedWorld();
    vi.spyOn(world.carrier, "placeCall").mockImplementation(async () => {
      const heard = after(world.dialing, report(1, { type: "line", status: "ringing", uuid: UUID }));
      await world.calls.save({ call: heard, version: 2 });
      return { kind: "try_again", why: "429" };
    });
    await dialer(world)(world.message);
    expect(await world.calls.state(TID)).toMatchObject({ call: { phase: "ringing" }, version: 3 });
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.skipped", tid: TID }]);
  });
});

describe("a call that the queue hands over too late to be dialed outside of a step", () => {
  it("waits in its owner's loop, unclaimed", async () => {
    const world = await queuedWorld();
    world.clock.set(at(1.2));
    expect(await dialer(world)(world.message)).toEqual([{ event: "dial.waits", tid: TID }]);
    expect(await world.calls.state(TID)).toEqual({ call: queued(), version: 1 });
    expect(await world.waiting.list(OWNER, 10)).toEqual([
      { tid: TID, notBeforeMs: Date.parse(at(1.2)), sealedCredential: world.message.sealed_credential },
    ]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(1.2)), arrivals: 1 });
  });

  it("waits in two places when its message comes twice, and is dialed once", async () => {
    const world = await queuedWorld();
    for (const second of [1.2, 1.4]) {
      world.clock.set(at(second));
      await dialer(world)(world.message);
    }
    expect(await world.waiting.list(OWNER, 10)).toHaveLength(2);
    const told = await dialer(world)({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(told.map(({ event }) => event)).toEqual(["loop.step", "dial.placed"]);
    world.clock.set(at(3));
    await dialer(world)({ v: 1, type: "tick", owner: OWNER, n: 1 });
    expect(await world.waiting.list(OWNER, 10)).toEqual([]);
    expect(world.carrier.placed).toHaveLength(1);
  });
});

describe("a message from before there were loops", () => {
  it("has its call wait in the loop of its application until its time", async () => {
    const world = await queuedWorld();
    const { owner: _owner, at: _at, ...old } = world.message;
    expect(await dialer(world)({ ...old, not_before: at(30) })).toEqual([{ event: "dial.waits", tid: TID }]);
    expect((await world.waiting.list(OWNER, 10)).map(({ notBeforeMs }) => notBeforeMs)).toEqual([Date.parse(at(30))]);
    expect(await world.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(30)) });
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
