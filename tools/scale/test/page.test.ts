import { readFile } from "node:fs/promises";
import { CLAIM_LEAD_MS } from "@promptcall/core/dialing/loop";
import { expect, it } from "vitest";
import { fullAt, LIMITS } from "../limits.ts";
import { paceOf } from "../one-application.ts";
import { BLOCKS, scalePage } from "../page.ts";
import { dialedNow, ofBatch, waited } from "../paths.ts";
import { usageOf } from "../usage.ts";
import { OWNER, playedCalls } from "./played.ts";

it("docs/scale.md shows what is computed (if not: npm run scale -- --write)", async () => {
  const page = await readFile(new URL("../../../docs/scale.md", import.meta.url), "utf8");
  expect(scalePage(page)).toBe(page);
  expect(() => scalePage("# Scale")).toThrow("no place for");
  expect(BLOCKS.size).toBeGreaterThan(0);
});

/** With what is deployed, at the pace that the carrier allows by default. */
it.each([dialedNow(), waited(3), ofBatch(3)])("more calls are reduced than dialed: $name", (path) => {
  const [dialer, reducer] = ["dialer", "reducer"].map((name) => {
    const limit = LIMITS.find((one) => one.name.startsWith(name));
    return limit === undefined ? Number.NaN : fullAt(limit, usageOf(path));
  });
  // A report that waits until its call is closed changes nothing any more.
  expect(reducer).toBeGreaterThan(2 * (dialer ?? Number.NaN));
});

it.each([1 / 2, 1, 3])("a loop takes its steps as this computes them: %d calls/s", async (callsPerSecond) => {
  const batch = playedCalls();
  await batch.pace(callsPerSecond);
  await batch.acceptBatch(20);
  const dueMs: number[] = [];
  for (let step = 0; step < 3; step += 1) {
    await batch.dial();
    const { dueMs: nextMs = Number.NaN } = await batch.fixture.loops.read(OWNER);
    dueMs.push(nextMs);
    // The queue hands its message over in time.
    batch.fixture.clock.set(new Date(nextMs - CLAIM_LEAD_MS).toISOString());
  }
  const { calls, everyMs } = paceOf(callsPerSecond);
  const [first = Number.NaN, ...others] = dueMs;
  expect(others).toEqual([first + everyMs, first + 2 * everyMs]);
  expect(batch.steps.slice(1).map(({ operations }) => operations["carrier.placeCall"])).toEqual([calls, calls, calls]);
});
