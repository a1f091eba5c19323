import { performance } from "node:perf_hooks";
import type { Figure, Measurement } from "../figure.ts";
import { ALL_STATUSES, type LeanCarrier, startCarrier } from "../load/carrier.ts";
import { batchBody, callBody, newCustomer, newCustomers, numberOf, postBatch, postCall } from "../load/customer.ts";
import { startReceiver } from "../load/receiver.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { median } from "../statistics.ts";

const CALLS = 15;
const BATCHES = 2;
const BATCH_SIZE = 10_000;
const TIMEOUT_SECONDS = 60;
const GOAL_SECONDS = 2;

/** Numbers that none of the others' calls have. */
const FIRST_NUMBER = 1_000_000;

export const fairness: Measurement = {
  figures: ["fairness"],
  async measure(say) {
    const carrier = await startCarrier({ summary: ALL_STATUSES });
    const receiver = await startReceiver();
    const rig = await startRig({ carrier: carrier.url });
    try {
      const callback = receiver.callbackUrl();
      const waits = (first: number) => secondsToDial({ stage: rig, carrier, callback, first });
      await waits(FIRST_NUMBER);
      const alone = await waits(FIRST_NUMBER + CALLS);
      const other = await newCustomer();
      const body = batchBody({ count: BATCH_SIZE, callback });
      for (let batch = 1; batch <= BATCHES; batch += 1) await postBatch(rig.apiUrl, { jwt: other.jwt, body });
      say(`${BATCHES * BATCH_SIZE} calls of another application are queued`);
      const dialedBefore = carrier.dialed.value;
      await carrier.dialed.reaches(dialedBefore + 1, { withinSeconds: TIMEOUT_SECONDS });
      const beside = await waits(FIRST_NUMBER + 2 * CALLS);
      return [figureOf({ alone, beside })];
    } finally {
      await carrier.stop();
      await rig.stop();
      await receiver.stop();
    }
  },
};

/**
 * From the moment that a call is posted until the carrier is asked for it, one call after the other. Each is of an
 * application that has no other: it waits for nothing of its own.
 */
async function secondsToDial(given: { stage: Rig; carrier: LeanCarrier; callback: string; first: number }) {
  const { stage: rig, carrier, callback, first } = given;
  const seconds: number[] = [];
  for (const [index, { jwt, applicationId }] of (await newCustomers(CALLS)).entries()) {
    const startMs = performance.now();
    await postCall(rig.apiUrl, { jwt, body: callBody({ to: numberOf(first + index), callback }) });
    const dial = await carrier.dialOf(applicationId, { withinSeconds: TIMEOUT_SECONDS });
    seconds.push((dial.atMs - startMs) / 1000);
  }
  return seconds;
}

function figureOf({ alone, beside }: { alone: readonly number[]; beside: readonly number[] }): Figure {
  const [more, worstMore] = [median(beside) - median(alone), Math.max(...beside) - Math.max(...alone)];
  return {
    name: "fairness",
    title: "From accepted to dialed, beside another's 20,000 calls",
    measured: { value: median(beside), unit: "s" },
    reference: { value: median(alone), unit: "s" },
    ratio: { value: median(beside) / median(alone), of: `times the reference: ${more.toFixed(2)} s more` },
    goal: {
      text: `at most ${GOAL_SECONDS} s more, median and worst`,
      isMet: Math.max(more, worstMore) <= GOAL_SECONDS,
    },
    how: [
      `${CALLS} single calls, one after the other and each of an application of its own, from the request to the carrier's being asked, at the local stage, while ${BATCHES} batches of ${BATCH_SIZE} calls of one other application are queued and dialed at 3/s, answered, and completed.`,
      "Reference: the same before the other's calls were posted.",
    ],
    table: {
      columns: ["seconds", "median", "worst"],
      rows: Object.entries({ alone, "beside 20,000": beside }).map(([name, values]) => [
        name,
        median(values).toFixed(3),
        Math.max(...values).toFixed(3),
      ]),
    },
  };
}
