import { expect, it } from "vitest";
import { EventSource } from "../src/cloud/event-source.ts";
import { Sqs } from "../src/cloud/sqs.ts";
import { ANY_DURATIONS } from "../src/world/durations.ts";
import { FAULTS } from "../src/world/faults.ts";
import { Random } from "../src/world/random.ts";
import { Scheduler } from "../src/world/scheduler.ts";

/** As in AWS: pollers wait for messages, and it takes 20 ms until the function has what one of them got. */
const AS_IN_AWS = { ...ANY_DURATIONS, polled: () => 0, pollers: 5, taken: () => 20 };
const WORK_MS = 1_000;

/** Sends a message every so many ms, and tells of each invocation when it began and how many messages it has. */
async function played({ everyMs, messages, maximumConcurrency }: Load) {
  const scheduler = new Scheduler(new Random(1), AS_IN_AWS);
  const startMs = scheduler.nowMs;
  const declared = { name: "queue", visibilityTimeoutSeconds: 60, delaySeconds: 0 };
  const queue = new Sqs({ scheduler, faults: FAULTS.none, declared });
  const mapping = { queue: "queue", function: "fn", batchSize: 10, batchingWindowSeconds: 0, partialResponses: true };
  const begun: { atMs: number; messages: number }[] = [];
  let running = 0;
  let mostRunning = 0;
  new EventSource({
    ...{ scheduler, queue, mapping: { ...mapping, maximumConcurrency } },
    async invoke({ Records }) {
      begun.push({ atMs: scheduler.nowMs - startMs, messages: Records.length });
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await scheduler.sleep(WORK_MS);
      running -= 1;
      return { batchItemFailures: [] };
    },
  });
  for (let index = 0; index < messages; index += 1) scheduler.after(index * everyMs, () => queue.put({ body: "{}" }));
  await scheduler.run({ daysMax: 1, stepsMax: 100_000 });
  return { begun, mostRunning };
}

interface Load {
  readonly everyMs: number;
  readonly messages: number;
  readonly maximumConcurrency: number;
}

it("hands each message to a poller that waits, and together only those that found none", async () => {
  const { begun } = await played({ everyMs: 10, messages: 8, maximumConcurrency: 5 });
  expect(begun).toEqual([
    ...[20, 30, 40, 50, 60].map((atMs) => ({ atMs, messages: 1 })),
    { atMs: 20 + WORK_MS + 20, messages: 3 },
  ]);
});

it("has five pollers at first, and 300 more in a minute while messages wait", async () => {
  const { begun } = await played({ everyMs: 0, messages: 1_000, maximumConcurrency: 1_000 });
  const first = begun.filter(({ atMs }) => atMs <= WORK_MS);
  expect(first.map(({ atMs, messages }) => [atMs, messages])).toEqual([
    ...Array(5).fill([20, 10]),
    ...[220, 420, 620, 820].map((atMs) => [atMs, 10]),
  ]);
});

it("never has more than the queue may invoke", async () => {
  expect((await played({ everyMs: 0, messages: 1_000, maximumConcurrency: 7 })).mostRunning).toBe(7);
});
