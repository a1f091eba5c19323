import { outcomeFields } from "@promptcall/core/call";
import { deadlineSeconds } from "@promptcall/core/call-length";
import { describe, expect, it } from "vitest";
import { Caller } from "../src/caller.ts";
import { startCloud } from "../src/cloud.ts";
import { FAULTS } from "../src/faults.ts";
import { HANDLERS } from "../src/handlers.ts";
import { History } from "../src/history.ts";
import { Outages } from "../src/outages.ts";
import { Random } from "../src/random.ts";
import type { Asked } from "../src/requests.ts";
import { APPLICATIONS, type Request } from "../src/requests.ts";
import { evaluateStacks } from "../src/stacks.ts";
import { wiringOf } from "../src/wiring.ts";
import { World } from "../src/world.ts";

const CALLS_PER_SECOND = 30;
const BATCH = 100;
const SECRETS = { pin: "739105428816", text: "canary prompt", jwtMark: "Y2FuYXJ5" };

/** At ten a second, and those that found no room come again some seconds later. */
const mostSeconds = (requests: number) => requests / 10 + 30;

describe("the carrier, of which nothing is heard for a while", () => {
  it("is asked about many calls of an account at once, and has others hung up, no faster than it takes that", async () => {
    const world = new World(new Random(1));
    const { random, nowMs: startMs } = world;
    const history = new History({ canaries: [], nowMs: () => world.nowMs });
    const wiring = wiringOf(await evaluateStacks(), { handlers: new Set(Object.keys(HANDLERS)) });
    const cloud = startCloud({
      world,
      // Every deadline finds its call open.
      faults: { ...FAULTS.none, webhooksDown: 1 },
      outages: new Outages({ random, chance: 0, startMs, durationMs: 1 }),
      wiring,
      history,
      replacedMs: 0,
      people: {
        personAt: () => ({ kind: "answers", attempts: [undefined, undefined, undefined] }),
        accountOf: () => ({ account: "account", callsPerSecond: CALLS_PER_SECOND }),
        pinOf: () => SECRETS.pin,
      },
    });
    for (const application of APPLICATIONS) cloud.share(application, "account");
    await cloud.agree(APPLICATIONS[0] ?? "", CALLS_PER_SECOND);

    const said = { text: SECRETS.text.padEnd(20, " please"), pinLength: 12, attemptsAllowed: 3 };
    const longestMs = deadlineSeconds(said, wiring.settings) * 1_000;
    const batches = [0, 1, 2, 3].map((batch) =>
      Array.from({ length: BATCH }, (_, index): Asked => {
        const number = `4477009${batch}${String(index).padStart(5, "0")}`;
        return { number, person: { kind: "answers", attempts: [] } };
      }),
    );
    for (const [batch, calls] of batches.entries()) {
      // Half of them are deleted while the deadlines of all come.
      const cancelling = { afterMs: longestMs - 3_000, atMs: undefined, withCredential: true, times: 1 } as const;
      const request: Request = {
        ...{ calls, isBatch: true, atMs: startMs, application: APPLICATIONS[batch % 2] ?? "", aheadSeconds: undefined },
        ...{
          idempotencyKey: undefined,
          credential: "good" as const,
          detection: undefined,
          length: 20,
          pausing: undefined,
        },
        cancelling: batch < 2 ? cancelling : undefined,
      };
      const onViolation = (violation: string) => history.violations.push(violation);
      void new Caller(request, { secrets: SECRETS, world, cloud, onViolation }).ask();
    }
    await world.run({ daysMax: 5, happeningsMax: 1_000_000 });

    expect(history.limits).toEqual({ dial: 0, other: 0 });
    const states = cloud.table.states().map(({ call }) => call);
    expect(states).toHaveLength(4 * BATCH);
    const lateMs = states.map((call) => {
      const dialedMs = history.dials.get(batches.flat().find(({ tid }) => tid === call.tid)?.number ?? "")?.[0] ?? 0;
      return (history.momentsOf(call.tid).completedMs ?? Number.POSITIVE_INFINITY) - dialedMs - longestMs;
    });
    const requests = history.askedAbout.length;
    expect(requests).toBeGreaterThan(4 * BATCH);
    expect(Math.max(...lateMs)).toBeLessThan(mostSeconds(requests) * 1_000);
    // All of them were asked about: what is not known of a call would be said to have no end.
    const reasons = new Set(states.map((call) => call.phase === "completed" && outcomeFields(call.outcome).reason));
    expect([...reasons]).toEqual(["hung_up"]);
  });
});
