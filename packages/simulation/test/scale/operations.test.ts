import { PLACES, receiverOf } from "@promptcall/core/receiver-places";
import { describe, expect, it } from "vitest";
import { PARAMETERS } from "../../../functions/test/api/given.ts";
import { at } from "../../../functions/test/given.ts";
import { JOURNEYS, stepsOf } from "../../src/scale/journeys.ts";
import { type Operation, operationsOf, STEPS, type StepName } from "../../src/scale/operations.ts";
import { scriptedSender } from "../../src/twins/scripted-sender.ts";
import { playedCall, playedJourney } from "./played.ts";

const steps = (...names: StepName[]) => names.map((name) => STEPS[name]);
const tryAgain = { kind: "try_again", why: "carrier answered 429", throttled: true } as const;

async function completedCall() {
  const call = playedCall();
  await call.accept();
  await call.dial();
  for (const item of JOURNEYS["right at once"].news) await call.hear(item);
  return call;
}

/** All that so many of these steps ask for together, where some of them read, write or send with one request. */
function together(repeated: Partial<Record<StepName, number>>, at: { once: readonly Operation[] }) {
  const sum: Record<string, number> = {};
  for (const [name, times] of Object.entries(repeated))
    for (const [operation, asked] of operationsOf(name as StepName))
      sum[operation] =
        (sum[operation] ?? 0) + (at.once.includes(operation) ? 1 - (sum[operation] ?? 0) : times * asked);
  return sum;
}

async function takePlaces(call: ReturnType<typeof playedCall>): Promise<void> {
  const receiver = receiverOf({ applicationId: "app", url: PARAMETERS.callback });
  for (let place = 0; place < PLACES; place += 1) {
    const visit = await call.places.enter(receiver);
    if (typeof visit !== "string") await visit.stay();
  }
}

describe("the table of operations", () => {
  it.each(Object.entries(JOURNEYS))(
    "is what the handlers ask of their ports in a call that is %s",
    async (_, journey) => {
      expect(await playedJourney(journey)).toEqual(steps(...stepsOf(journey)));
    },
  );

  it("is so where the carrier has no room, and for the deadline that leaves behind", async () => {
    const call = playedCall({ outcome: tryAgain });
    await call.accept();
    await call.dial();
    call.world.clock.set(at(400));
    await call.timer();
    expect(call.steps).toEqual(steps("accept", "limited", "superseded"));
  });

  it("is so for a batch that is dialed step by step", async () => {
    const call = playedCall();
    await call.acceptMany(5);
    await call.dial();
    await call.dial();
    expect(call.steps.map(({ operations }) => operations)).toEqual([
      together({ acceptMany: 1, add: 5 }, { once: ["calls.add"] }),
      together({ advance: 1, place: 3 }, { once: ["calls.find", "timers.send"] }),
      together({ place: 2 }, { once: ["calls.find", "timers.send"] }),
    ]);
  });

  it("is so for a call whose place is later than its queue can wait, and for one that comes too late for any", async () => {
    const call = playedCall();
    await call.acceptMany(10_000);
    await call.accept();
    await call.dialEarly();
    await call.acceptMany(10_000);
    await call.accept();
    const [, ...others] = call.steps;
    expect(others).toEqual([...steps("accept", "hop"), expect.anything(), ...steps("refuse")]);
  });

  it("is so for a call that waited too long", async () => {
    const call = playedCall();
    await call.accept();
    call.world.clock.set(at(3_601));
    await call.dial();
    await call.reduce();
    expect(call.steps).toEqual(steps("accept", "expire", "complete"));
  });

  it("is so for a call whose end was not recorded by its deadline", async () => {
    const call = playedCall();
    await call.accept();
    await call.dial();
    call.world.clock.set(at(400));
    await call.timer();
    expect(call.steps).toEqual(steps("accept", "place", "overdue"));
  });

  it.each([
    { step: "wait", heldSeconds: 0 },
    { step: "divert", heldSeconds: 2 },
  ] as const)("is so for a result that has to $step for its receiver", async ({ step, heldSeconds }) => {
    const call = await completedCall();
    await takePlaces(call);
    call.world.clock.set(at(heldSeconds));
    await call.deliver();
    expect(call.steps.at(-1)).toEqual(STEPS[step]);
  });

  it.each([
    { step: "linger", entered: false },
    { step: "giveUp", entered: true },
  ] as const)("is so for a result whose receiver turns out to be slow: $step", async ({ step, entered }) => {
    const call = await completedCall();
    const slow = scriptedSender({ slowly: { httpStatus: 200, durationMs: 1_200 } });
    await call.deliver({
      ...slow,
      send: async (request, { whenSlow, ...options }) => {
        if (entered) await takePlaces(call);
        return await slow.send(request, { ...options, whenSlow });
      },
    });
    expect(call.steps.at(-1)).toEqual(STEPS[step]);
  });

  it("is so for a result that is delivered later", async () => {
    const call = await completedCall();
    await call.redeliver();
    expect(call.steps.at(-1)).toEqual(STEPS.redeliver);
  });

  it("leaves no step out that it names", () => {
    const played = new Set<StepName>(Object.values(JOURNEYS).flatMap(stepsOf));
    const ofManyCalls: StepName[] = ["acceptMany", "add", "advance", "hop", "refuse"];
    const apart: StepName[] = [
      "limited",
      "superseded",
      "expire",
      "overdue",
      "wait",
      "divert",
      "linger",
      "giveUp",
      "redeliver",
    ];
    expect([...played, ...ofManyCalls, ...apart].sort()).toEqual(Object.keys(STEPS).sort());
  });
});

describe("the journeys", () => {
  it("are all calls together", () => {
    const all = Object.values(JOURNEYS).reduce((sum, { share }) => sum + share, 0);
    expect(all).toBeCloseTo(1);
  });
});
