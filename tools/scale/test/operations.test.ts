import { describe, expect, it } from "vitest";
import { at } from "../../../packages/functions/test/given.ts";
import { JOURNEYS, stepsOf } from "../journeys.ts";
import { STEP_NAMES, type StepName, stepOf } from "../operations.ts";
import { hearAll, OWNER, playedCalls, playedJourney } from "./played.ts";

const compared = new Set<StepName>();

/** One invocation in which so many of these are done. */
function invocation(counts: Partial<Record<StepName, number>>) {
  const names = Object.keys(counts) as [StepName, ...StepName[]];
  const operations: Record<string, number> = {};
  for (const name of names) {
    compared.add(name);
    for (const [operation, times] of stepOf(name).operations)
      operations[operation] = (operations[operation] ?? 0) + times * (counts[name] ?? 0);
  }
  return { function: stepOf(names[0]).function, operations };
}

function sumOf(steps: readonly { readonly operations: Readonly<Record<string, number>> }[]) {
  const sum: Record<string, number> = {};
  for (const { operations } of steps)
    for (const [operation, times] of Object.entries(operations)) sum[operation] = (sum[operation] ?? 0) + times;
  return sum;
}

const tryAgain = { kind: "try_again", why: "carrier answered 429", throttled: true } as const;
const refusedCredential = { kind: "refused", reason: "credential_rejected", why: "carrier answered 401" } as const;

describe("the table of operations", () => {
  it.each(Object.entries(JOURNEYS))(
    "is what the handlers ask of their ports in a call that is dialed now and %s",
    async (_, journey) => {
      const reported = stepsOf(journey).map((step) => invocation({ [step]: 1 }));
      const expected = [invocation({ accept: 1 }), invocation({ dialNow: 1 }), ...reported];
      expect(await playedJourney(journey)).toEqual([...expected, invocation({ deadlines: 1, heard: 1 })]);
    },
  );

  it("is so for a batch, from the loop's first step to its rest", async () => {
    const batch = playedCalls();
    await batch.acceptBatch(12);
    for (let step = 0; step < 5; step += 1) await batch.dial();
    const step = { step: 1, together: 1, ofBatch: 1, callOfBatch: 3 };
    expect(batch.steps.slice(0, 3)).toEqual([
      invocation({ acceptBatch: 1, addToBatch: 12 }),
      invocation({ ...step, watch: 1 }),
      invocation(step),
    ]);
    // The end is near: there are fewer calls to look at, and at last none to dial.
    expect(batch.steps.slice(4)).toMatchObject([
      { operations: { "carrier.placeCall": 3 } },
      { operations: { ...invocation({ rest: 1, ofBatch: 1, together: 1 }).operations, "calls.find each": 3 } },
    ]);
    await batch.dial({ v: 1, type: "tick", owner: OWNER, n: 0 });
    expect(batch.steps.at(-1)).toEqual(invocation({ stale: 1 }));
  });

  it("is so for a batch that is counted: while calls are under way, and when all are over", async () => {
    const batch = playedCalls();
    await batch.acceptBatch(1);
    await batch.dial();
    await batch.dial();
    await batch.timer("count_batch");
    expect(batch.steps.at(-1)).toEqual(invocation({ countAgain: 1 }));
    await batch.hear({ reports: "busy" });
    expect(batch.steps.at(-1)).toEqual(invocation({ complete: 1, list: 1 }));
    await batch.timer("count_batch");
    expect(batch.steps.at(-1)).toEqual(invocation({ count: 1 }));
  });

  it("is so for a step that is handed on in parts", async () => {
    const batch = playedCalls();
    await batch.pace(70);
    await batch.acceptBatch(300);
    await batch.dial();
    const parts = batch.fixture.dial.sent.filter(({ type }) => type === "part");
    for (const part of parts) await batch.dialPart(part);
    const step = { step: 1, ofBatch: 1, watch: 1, handOn: 1 };
    expect(sumOf(batch.steps.slice(1))).toEqual(invocation({ ...step, part: parts.length, callOfPart: 70 }).operations);
  });

  it("is so for single calls that wait", async () => {
    const calls = playedCalls();
    for (let call = 0; call < 6; call += 1) await calls.accept();
    calls.fixture.clock.set(at(2));
    await calls.dial();
    await calls.dial();
    const accepted = [
      invocation({ acceptStarting: 1 }),
      invocation({ acceptWaiting: 1 }),
      invocation({ acceptWaiting: 1 }),
    ];
    expect(calls.steps.slice(3, 6)).toEqual(accepted);
    const step = { step: 1, rest: 1, watch: 1, together: 1 };
    expect(sumOf(calls.steps.slice(6))).toEqual(invocation({ ...step, ofSingles: 2, single: 3 }).operations);
  });

  it("is so for a call that its message reaches too late, and for one that nobody wants any more", async () => {
    const call = playedCalls();
    await call.accept();
    call.fixture.clock.set(at(1));
    const seen = await call.fixture.loops.read(OWNER);
    const recentMs = [0.9, 0.91, 0.92].map((second) => Date.parse(at(second)));
    await call.fixture.loops.write(OWNER, { seen, next: { ...seen, version: seen.version + 1, recentMs } });
    await call.dial();
    expect(call.steps.at(-1)).toEqual(invocation({ late: 1 }));
    call.fixture.clock.set(at(3_601));
    await call.dial();
    expect(call.steps.at(-1)?.operations).toEqual(
      invocation({ step: 1, watch: 1, ofSingles: 1, expire: 1 }).operations,
    );
  });

  it("is so for a call that takes room anew, since its message comes late", async () => {
    const call = playedCalls();
    await call.accept();
    call.fixture.clock.set(at(1));
    await call.dial();
    expect(call.steps.at(-1)).toEqual(invocation({ dialLate: 1 }));
  });

  it("is so where the carrier has no room, and for the deadline that leaves behind", async () => {
    const call = playedCalls({ outcomes: [tryAgain] });
    await call.accept();
    await call.dial();
    expect(call.steps.at(-1)).toEqual(invocation({ limited: 1 }));
    const given = call.fixture.timers.sent.find(({ type }) => type === "step_deadlines");
    call.fixture.clock.set(at(4));
    await call.dial();
    await call.timer("step_deadlines", given);
    expect(call.steps.at(-1)).toEqual(invocation({ deadlines: 1, superseded: 1 }));
    await call.timer("step_deadlines");
    expect(call.steps.at(-1)).toEqual(invocation({ deadlines: 1, overdue: 1 }));
  });

  it("is so where it has none for a call of a batch", async () => {
    const batch = playedCalls({ outcomes: [tryAgain] });
    await batch.acceptBatch(20);
    await batch.dial();
    const step = { step: 1, watch: 1, together: 1, ofBatch: 1 };
    expect(batch.steps.at(-1)).toEqual(invocation({ ...step, callOfBatch: 2, limitedOfBatch: 1 }));
  });

  it("is so for the calls of a batch that is over", async () => {
    const batch = playedCalls({ outcomes: [refusedCredential] });
    await batch.acceptBatch(20);
    await batch.dial();
    const queued = batch.fixture.calls.records().states.filter(({ call: { phase } }) => phase === "queued").length;
    await batch.timer("sweep");
    expect(batch.steps.at(-1)?.operations).toEqual({
      ...invocation({ sweep: 1, swept: queued }).operations,
      "calls.find each": 20,
    });
  });

  it("is so for a call that comes too late for any step", async () => {
    const call = playedCalls();
    await call.accept();
    await call.pace(1 / 8);
    for (let other = 0; other < 3; other += 1) await call.accept();
    await call.accept({ expires_in: 1 });
    expect(call.steps.at(-1)).toEqual(invocation({ refuse: 1 }));
  });

  it("is so for a result that is delivered later", async () => {
    const call = playedCalls();
    await call.accept();
    await call.dial();
    await hearAll(call, JOURNEYS["right at once"]);
    await call.redeliver();
    expect(call.steps.at(-1)).toEqual(invocation({ redeliver: 1 }));
  });

  it("has no step that these do not compare", () => {
    expect([...compared].sort()).toEqual([...STEP_NAMES].sort());
  });
});

describe("the journeys", () => {
  it("are all calls together", () => {
    const all = Object.values(JOURNEYS).reduce((sum, { share }) => sum + share, 0);
    expect(all).toBeCloseTo(1);
  });
});
