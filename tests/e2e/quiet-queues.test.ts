import type { SQSEvent } from "aws-lambda";
import { it, type TestContext } from "vitest";
import { alteredProgram } from "../../packages/synth/test/support/altered.ts";
import { startHarness } from "./harness.ts";

/** Of a call to somebody who is busy, where every queue is quiet: how often each report was handed to the reducer. */
async function callOnQuietQueues({ onTestFinished }: TestContext, { root }: { root?: string } = {}) {
  const receives: number[] = [];
  let endedAt = Number.NaN;
  const harness = await startHarness({
    // Its deadline is not before the reports.
    speed: 5,
    ...(root !== undefined && { root }),
    local: {
      quietQueues: true,
      onInvocation: ({ functionName, event }) => {
        if (functionName === "Webhooks") endedAt = Date.now();
        if (functionName !== "StateQueueSubscriberFunction") return;
        const { Records } = event as SQSEvent;
        receives.push(...Records.map(({ attributes }) => Number(attributes.ApproximateReceiveCount)));
      },
    },
  });
  onTestFinished(() => harness.stop());
  const tid = await harness.post({ to: "447700900105" });
  const { parameters } = await harness.customer.results.first(tid);
  return { harness, receives, result: parameters.reason, lateSeconds: (Date.now() - endedAt) / 1_000 };
}

// Both mostly wait.
it.concurrent("hands every report over once on quiet queues, as the stacks are", async (context) => {
  const { expect } = context;
  const { receives, result } = await callOnQuietQueues(context);
  expect(result).toBe("busy");
  expect(new Set(receives)).toEqual(new Set([1]));
});

it.concurrent("would bring results late, and reports twice, with a window as there once was", async (context) => {
  const { expect, onTestFinished } = context;
  const program = await alteredProgram({
    file: "stacks/reducer.ts",
    from: "consumeBy(config.maximumConcurrency.reducer)",
    to: "Object.assign({}, consumeBy(config.maximumConcurrency.reducer), { batch: { size: 10, partialResponses: true, window: '1 second' as const } })",
  });
  onTestFinished(program.remove);
  const { receives, result, lateSeconds } = await callOnQuietQueues(context, { root: program.root });
  expect(result).toBe("busy");
  expect(lateSeconds).toBeGreaterThan(10);
  await expect.poll(() => Math.max(...receives), { timeout: 60_000 }).toBeGreaterThan(1);
}, 120_000);
