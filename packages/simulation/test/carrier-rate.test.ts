import { outcomeFields } from "@promptcall/core/call/call";
import { deadlineSeconds } from "@promptcall/core/call/call-length";
import { describe, expect, it } from "vitest";
import { directed, SECRETS, TEXT_LENGTH } from "./directed.ts";

const BATCH = 100;

/** At ten a second, and those that found no room come again some seconds later. */
const mostSeconds = (requests: number) => requests / 10 + 30;

describe("the carrier, which reports nothing for a while", () => {
  it("is asked about many calls of an account at once, and has others hung up, no faster than it takes that", async () => {
    // Every deadline finds its call open.
    const { history, cloud, settings, ...directing } = await directed({
      callsPerSecond: 30,
      faults: { webhooksDown: 1 },
    });
    const said = { text: SECRETS.text.padEnd(TEXT_LENGTH, " please"), pinLength: 12, attemptsAllowed: 3 };
    const longestMs = deadlineSeconds(said, settings) * 1_000;
    // Half of them are deleted while the deadlines of all come.
    const cancelling = { afterMs: longestMs - 3_000, atMs: undefined, withCredential: true, times: 1 } as const;
    const batches = [{ cancelling }, { cancelling }, {}, {}].map((more) => directing.askForBatch(BATCH, more));
    await directing.play();

    expect(history.limits).toEqual({ dial: 0, other: 0 });
    const states = cloud.table.states().map(({ call }) => call);
    expect(states).toHaveLength(batches.length * BATCH);
    const numbers = new Map(batches.flat().map(({ tid, number }) => [tid, number]));
    const lateMs = states.map(({ tid }) => {
      const dialedMs = history.dials.get(numbers.get(tid) ?? "")?.[0] ?? 0;
      return (history.momentsOf(tid).completedMs ?? Number.POSITIVE_INFINITY) - dialedMs - longestMs;
    });
    const requests = history.askedAbout.length;
    expect(requests).toBeGreaterThan(batches.length * BATCH);
    expect(Math.max(...lateMs)).toBeLessThan(mostSeconds(requests) * 1_000);
    // All of them were asked about: what is not known of a call would be said to have no end.
    const reasons = new Set(states.map((call) => call.phase === "completed" && outcomeFields(call.outcome).reason));
    expect([...reasons]).toEqual(["hung_up"]);
  });
});
