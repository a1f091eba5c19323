import type { Figure, Measurement } from "../figure.ts";
import { bareSeconds } from "../load/bare-operations.ts";
import { type LeanCarrier, startCarrier } from "../load/carrier.ts";
import { batchBody, newCustomers, postBatch, setPace } from "../load/customer.ts";
import { type Receiver, startReceiver } from "../load/receiver.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import type { Tallied } from "../rig/tally.ts";
import { median, pairedRatio, sum } from "../statistics.ts";
import { inParallel, secondsOf } from "../work.ts";

const ROUNDS = 3;
const BATCHES = 24;
/** Every function has several threads, and each of them compiles the code for itself. */
const WARM_UP_BATCHES = 72;
/** To be counted only, what is asked for does not depend on how fast that is. */
const COUNTED_WARM_UP_BATCHES = 8;
/** Calls of one batch, which are dialed together. */
const BATCH_SIZE = 25;
/** Batches on their way at the same time. */
const AT_ONCE = 8;
const CALLS = BATCHES * BATCH_SIZE;
const TIMEOUT_SECONDS = 120;

export const wholePath: Measurement = {
  figures: ["whole-path"],
  async measure(say) {
    const carrier = await startCarrier({ summary: ["answered", "completed"] });
    const receiver = await startReceiver();
    try {
      const counted = await count({ carrier, receiver });
      say(`${CALLS} calls counted`);
      const rounds = await time(counted, { carrier, receiver, say });
      if (carrier.failures.value > 0) throw new Error(`${carrier.failures.value} webhooks were not answered 2xx`);
      return [figureOf(counted, rounds)];
    } finally {
      await carrier.stop();
      await receiver.stop();
    }
  },
};

interface Setup {
  readonly carrier: LeanCarrier;
  readonly receiver: Receiver;
}

/** What the calls ask of AWS. Counting takes time by itself, and so has a stage of its own. */
async function count({ carrier, receiver }: Setup): Promise<Tallied> {
  const rig = await startRig({ carrier: carrier.url, counts: true });
  try {
    await complete(COUNTED_WARM_UP_BATCHES, { stage: rig, receiver });
    await rig.forget();
    await complete(BATCHES, { stage: rig, receiver });
    return await rig.tally();
  } finally {
    await rig.stop();
  }
}

interface Round {
  readonly rate: number;
  readonly bare: number;
}

/** The calls themselves, and the same requests by themselves, in turn. */
async function time(
  { requests: operations, mostAtOnce: concurrency }: Tallied,
  { carrier, receiver, say }: Setup & { say: (line: string) => void },
): Promise<readonly Round[]> {
  const rig = await startRig({ carrier: carrier.url });
  try {
    await complete(WARM_UP_BATCHES, { stage: rig, receiver });
    await bareSeconds(rig, { operations, concurrency });
    const rounds: Round[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      const rate = CALLS / (await complete(BATCHES, { stage: rig, receiver }));
      const bare = CALLS / (await bareSeconds(rig, { operations, concurrency }));
      rounds.push({ rate, bare });
      say(`round ${round}: ${rate.toFixed(1)} calls/s, emulators alone ${bare.toFixed(1)}`);
    }
    return rounds;
  } finally {
    await rig.stop();
  }
}

let batchesSoFar = 0;

/** Seconds until the last result has come, where as many batches as may be on their way always are. */
async function complete(
  batches: number,
  { stage: rig, receiver }: { stage: Rig; receiver: Receiver },
): Promise<number> {
  const customers = await newCustomers(batches);
  await Promise.all(customers.map((customer) => setPace(rig, customer, { callsPerSecond: BATCH_SIZE })));
  return await secondsOf(() =>
    inParallel(batches, { concurrency: AT_ONCE }, async (index) => {
      const name = String(++batchesSoFar);
      const body = batchBody({ count: BATCH_SIZE, callback: receiver.callbackUrl(name) });
      await postBatch(rig.apiUrl, { jwt: customers[index]?.jwt ?? "", body });
      await receiver.results(name).reaches(BATCH_SIZE, { withinSeconds: TIMEOUT_SECONDS });
    }),
  );
}

function figureOf({ requests: operations, mostAtOnce }: Tallied, rounds: readonly Round[]): Figure {
  const [rates, bare] = [rounds.map(({ rate }) => rate), rounds.map((round) => round.bare)];
  const ratio = pairedRatio(rates, bare);
  const total = sum(operations.map(({ requests }) => requests)) / CALLS;
  return {
    name: "whole-path",
    title: "Calls from the request to the result",
    measured: { value: median(rates), unit: "calls/s" },
    reference: { value: median(bare), unit: "calls/s" },
    ratio: { value: ratio, of: "of the reference" },
    goal: { text: "at least 0.6", isMet: ratio >= 0.6 },
    how: [
      `${CALLS} calls in batches of ${BATCH_SIZE}, ${AT_ONCE} of them on their way at any time, each of another application; at the local stage, a carrier that answers at 0 ms and tells answered, the right PIN, and completed, and a customer's server here. After ${WARM_UP_BATCHES * BATCH_SIZE} calls to warm up; from the first request to the last result, median of ${ROUNDS} rounds, and of the rounds' ratios.`,
      `Reference: the emulators' own ceiling. The same number of requests of each kind (${total.toFixed(1)} for each call, counted beforehand at a stage of its own, since counting takes time), in a bare loop at the same concurrency (the most invocations at the same time, ${mostAtOnce}); in turn with the calls, and it has warmed up as they have.`,
    ],
    table: {
      columns: ["requests", "of", "for each call"],
      rows: operations
        .toSorted((one, other) => other.requests - one.requests)
        .map(({ service, operation, kind, requests }) => [
          `${service} ${operation}`,
          kind,
          (requests / CALLS).toFixed(2),
        ]),
    },
  };
}
