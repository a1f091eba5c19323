import { describe, expect, it } from "vitest";
import { type Alteration, evaluateAltered } from "../src/cloud/altered-stacks.ts";
import { evaluateStacks, type Stacks } from "../src/cloud/stacks.ts";
import { simulate } from "../src/simulate.ts";

const play = (stacks: Stacks) => simulate({ seed: 6, calls: 40, level: "none", stacks });
const altered = async (alteration: Alteration) => await play(await evaluateAltered(alteration));

describe("the simulation", () => {
  it("runs at the settings of production, as the stacks have them", async () => {
    const { graph, settings } = await evaluateStacks();
    expect(graph.app.stage).toBe("production");
    expect(settings).toMatchObject({ verboseEvents: false, callback: { privateNetworks: false } });
    expect((await play({ graph, settings })).violations).toEqual([]);
  });

  it.each<[string, Alteration]>([
    [
      "a rule hears of another source",
      { file: "stacks/bus.ts", find: 'source: ["promptcall"]', replace: 'source: ["somebody"]' },
    ],
    [
      "results have no rule",
      { file: "stacks/callbacks.ts", find: '["call.completed", ', replace: '["call.finished", ' },
    ],
    [
      "calls are closed before they can end",
      {
        file: "stacks/config.ts",
        find: "deadlineSeconds: RINGING_SECONDS + LENGTH_SECONDS + 30",
        replace: "deadlineSeconds: 30",
      },
    ],
  ])("fails where %s", async (_, alteration) => {
    expect((await altered(alteration)).violations).not.toEqual([]);
  });

  it.each<[string, Alteration]>([
    ["how many messages a batch has", { file: "stacks/config.ts", find: "batchSize: 10", replace: "batchSize: 1" }],
    ["what is published", { file: "stacks/config.ts", find: "verboseEvents: false", replace: "verboseEvents: true" }],
    [
      "how many invocations there are at once",
      { file: "stacks/concurrency.ts", find: "dialer: 110, reducer: 100", replace: "dialer: 2, reducer: 2" },
    ],
  ])("differs where the stacks differ: %s", async (_, alteration) => {
    const [one, other] = [await play(await evaluateStacks()), await altered(alteration)];
    expect(other.digest).not.toBe(one.digest);
  });

  it.each<[string, Alteration, string]>([
    [
      "a function that it does not know",
      { file: "stacks/dialer.ts", find: "dialer/lambda.handler", replace: "dialer/lambda.other" },
      "The handler packages/functions/src/dialer/lambda.other of DialQueueSubscriberFunction is not simulated.",
    ],
    [
      "a queue from which nobody takes",
      {
        file: "stacks/queues.ts",
        find: 'export const timers = queueWithDeadLetters("Timers");',
        replace: 'export const timers = queueWithDeadLetters("Timers"); deadLettersOf("Other");',
      },
      "Nobody takes messages from the queue OtherDeadLetters.",
    ],
    [
      "a function that reaches what it is not linked to",
      {
        file: "stacks/dialer.ts",
        find: "link: [table, bus, dial.queue, timers.queue,",
        replace: "link: [table, bus, dial.queue,",
      },
      "The function DialQueueSubscriberFunction is not linked to TimersQueue.",
    ],
  ])("refuses %s", async (_, alteration, message) => {
    await expect(altered(alteration)).rejects.toThrow(message);
  });
});
