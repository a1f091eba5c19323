import { expect, it, onTestFinished } from "vitest";
import { startHarness } from "./harness.ts";

const CALLS = 60;

it("a batch is accepted and each of its calls has its result, though the table has room for less than that", async () => {
  const harness = await startHarness({
    local: { tableThroughput: { readUnitsPerSecond: 200, writeUnitsPerSecond: 50 } },
  });
  onTestFinished(() => harness.stop());
  const calls = Array.from({ length: CALLS }, (_, index) => ({ to: `4477009${String(index).padStart(3, "0")}00` }));
  const answer = await harness.postBatch({ calls });
  const { accepted } = (await answer.json()) as { accepted: { tid: string }[] };
  expect([answer.status, accepted.length]).toEqual([202, CALLS]);
  for (const { tid } of accepted) expect(await harness.customer.results.first(tid)).toMatchObject({ genuine: true });
});
