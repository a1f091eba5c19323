import type { Figure, Measurement } from "../figure.ts";
import { type Stage, startStage } from "../stage/stage.ts";
import type { Requests, Tallied } from "../stage/tally.ts";
import { median, pairedRatio, sum } from "../statistics.ts";
import { secondsOf } from "../work.ts";
import { bareSeconds } from "../world/bare-operations.ts";
import { startCarrier } from "../world/carrier.ts";
import { batchBody, newCustomer, postBatch, setPace } from "../world/customer.ts";
import { type Receiver, startReceiver } from "../world/receiver.ts";

const ROUNDS = 3;
const CALLS = 500;
const WARM_UP_CALLS = 150;
/** More than the machine can do, so that nothing waits for its place in time. */
const CALLS_PER_SECOND = 1_000;
const PATIENCE_SECONDS = 180;

export const wholePath: Measurement = {
  figures: ["whole-path"],
  async measure(say) {
    const carrier = await startCarrier({ tells: ["answered", "completed"] });
    const receiver = await startReceiver();
    const stage = await startStage({ carrier: carrier.url, counts: true });
    try {
      await complete(WARM_UP_CALLS, { stage, receiver });
      const rounds: Round[] = [];
      for (let round = 1; round <= ROUNDS; round += 1) {
        const seconds = await complete(CALLS, { stage, receiver });
        const { requests, mostAtOnce } = await stage.tally();
        const operations = withoutIdlePolls(requests, await stage.tally());
        const bare = await bareSeconds(stage, { operations, concurrency: mostAtOnce });
        rounds.push({ rate: CALLS / seconds, bare: CALLS / bare, operations, mostAtOnce });
        say(`round ${round}: ${(CALLS / seconds).toFixed(1)} calls/s, emulators alone ${(CALLS / bare).toFixed(1)}`);
      }
      if (carrier.failures.value > 0) throw new Error(`${carrier.failures.value} webhooks were not answered 2xx`);
      return [figureOf(rounds)];
    } finally {
      await carrier.stop();
      await stage.stop();
      await receiver.stop();
    }
  },
};

interface Round {
  readonly rate: number;
  readonly bare: number;
  readonly operations: readonly Requests[];
  readonly mostAtOnce: number;
}

/** Seconds from the request to the last result. */
async function complete(calls: number, { stage, receiver }: { stage: Stage; receiver: Receiver }): Promise<number> {
  const customer = await newCustomer();
  await setPace(stage, customer, { callsPerSecond: CALLS_PER_SECOND });
  const body = batchBody({ count: calls, callback: receiver.callbackUrl });
  const before = receiver.results.value;
  await stage.forget();
  return await secondsOf(async () => {
    await postBatch(stage.apiUrl, { jwt: customer.jwt, body });
    await receiver.results.reaches(before + calls, { withinSeconds: PATIENCE_SECONDS });
  });
}

/** A poll that brings nothing is no work of a call. One that brings something leads to one invocation. */
export function withoutIdlePolls(requests: readonly Requests[], { invocations }: Pick<Tallied, "invocations">) {
  const polls = sum(invocations.map(({ messages, invocations: times }) => (messages > 0 ? times : 0)));
  return requests.map((of) => (of.operation === "ReceiveMessage" ? { ...of, requests: polls } : of));
}

function figureOf(rounds: readonly Round[]): Figure {
  const [rates, bare] = [rounds.map(({ rate }) => rate), rounds.map((round) => round.bare)];
  const ratio = pairedRatio(rates, bare);
  const { operations = [], mostAtOnce = 0 } = rounds.at(-1) ?? {};
  const total = sum(operations.map(({ requests }) => requests)) / CALLS;
  return {
    name: "whole-path",
    title: "Calls from the request to the result",
    measured: { value: median(rates), unit: "calls/s" },
    reference: { value: median(bare), unit: "calls/s" },
    ratio: { value: ratio, of: "of the reference" },
    goal: { text: "at least 0.6", isMet: ratio >= 0.6 },
    how: [
      `One batch of ${CALLS} calls at the local stage, at a pace above what the machine can do; a carrier that answers at 0 ms and tells answered, the right PIN, and completed; the results received by a server here. From the request to the last result, median of ${ROUNDS} rounds, and of the rounds' ratios.`,
      `Reference: the emulators' own ceiling. The same number of requests of each kind as the round before has made (${total.toFixed(1)} for each call), in a bare loop at the same concurrency (the most invocations at the same time, ${mostAtOnce}).`,
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
