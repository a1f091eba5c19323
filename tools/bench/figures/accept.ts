import type { Figure, Measurement } from "../figure.ts";
import { bareSeconds } from "../load/bare-operations.ts";
import { startCarrier } from "../load/carrier.ts";
import {
  batchBody,
  type Customer,
  callBody,
  customersInLine,
  numberOf,
  postBatch,
  postCall,
} from "../load/customer.ts";
import { post } from "../load/http.ts";
import { startSample } from "../load/sample.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { median, pairedRatio } from "../statistics.ts";
import { inParallel, secondsOf } from "../work.ts";

const CONCURRENCY = 50;
const CARRIER_MS = 300;
const ROUNDS = 5;
const SINGLES = 600;
const BATCHES = 8;
const BATCH_SIZE = 1_000;
export const BATCHES_AT_ONCE = 4;
const SAMPLE_CALLS = 250;
/** Every thread compiles the code for itself. */
const WARM_UP_SINGLES = 1_200;
const WARM_UP_BATCHES = 16;
/** Of the item that is written for a call. */
const SPEC_BYTES = 700;

/** Nothing is called back: nothing is dialed. */
const CALLBACK = "http://127.0.0.1:9/result";

export const accept: Measurement = {
  figures: ["accept-single", "accept-batch"],
  async measure(say) {
    const carrier = await startCarrier({ answersAfterMs: CARRIER_MS, summary: [] });
    const rig = await startRig({ carrier: carrier.url });
    const sample = await startSample({ stage: rig, carrier });
    try {
      const customers = await customersInLine(rig, CONCURRENCY);
      const rates = {
        single: [] as number[],
        batch: [] as number[],
        sample: [] as number[],
        refused: [] as number[],
        bare: [] as number[],
      };
      const singles = (url: string, calls: number) => acceptSingles({ url, calls, customers });
      await singles(rig.apiUrl, WARM_UP_SINGLES);
      await singles(sample.url, SAMPLE_CALLS);
      await acceptBatches({ stage: rig, batches: WARM_UP_BATCHES });
      for (let round = 1; round <= ROUNDS; round += 1) {
        rates.single.push(await singles(rig.apiUrl, SINGLES));
        rates.batch.push(await acceptBatches({ stage: rig, batches: BATCHES }));
        rates.sample.push(await singles(sample.url, SAMPLE_CALLS));
        rates.refused.push(await refuseAtOnce(rig.apiUrl, SINGLES));
        rates.bare.push(SINGLES / (await bareSeconds(rig, { operations: ASKED_FOR_ONE, concurrency: CONCURRENCY })));
        say(`round ${round}: ${Object.entries(rates).map(([name, of]) => `${name} ${of.at(-1)?.toFixed(0)}/s`)}`);
      }
      return [singleFigure(rates), batchFigure(rates)];
    } finally {
      await sample.stop();
      await rig.stop();
      await carrier.stop();
    }
  },
};

/** Calls accepted a second, each in a request of its own. */
async function acceptSingles(given: { url: string; calls: number; customers: readonly Customer[] }): Promise<number> {
  const { url, calls, customers } = given;
  const bodies = Array.from({ length: calls }, (_, index) => callBody({ to: numberOf(index), callback: CALLBACK }));
  const seconds = await secondsOf(() =>
    inParallel(calls, { concurrency: CONCURRENCY }, async (index) => {
      const { jwt = "" } = customers[index % customers.length] ?? {};
      await postCall(url, { jwt, body: bodies[index] ?? "" });
    }),
  );
  return calls / seconds;
}

/** What a single call asks of AWS: a place in time, an item, and a message. */
const ASKED_FOR_ONE = ["UpdateItem", "BatchWriteItem", "SendMessage"].map((operation) => ({
  operation,
  requests: SINGLES,
  items: SINGLES,
  bytes: SINGLES * SPEC_BYTES,
}));

/** Requests a second that the api answers without asking AWS for anything: what gateway and threads carry at the most. */
async function refuseAtOnce(url: string, requests: number): Promise<number> {
  const seconds = await secondsOf(() =>
    inParallel(requests, { concurrency: CONCURRENCY }, async () => {
      const { status } = await post(`${url}/call`, { headers: { "content-type": "text/plain" }, body: "" });
      if (status !== 415) throw new Error(`a request of no known kind was answered ${status}`);
    }),
  );
  return requests / seconds;
}

/** Calls accepted a second, in batches of 1,000, each batch of another application. */
export async function acceptBatches({ stage: rig, batches }: { stage: Rig; batches: number }): Promise<number> {
  const customers = await customersInLine(rig, batches);
  const body = batchBody({ count: BATCH_SIZE, callback: CALLBACK });
  const seconds = await secondsOf(() =>
    inParallel(batches, { concurrency: BATCHES_AT_ONCE }, async (index) => {
      const answer = await postBatch(rig.apiUrl, { jwt: customers[index]?.jwt ?? "", body });
      const { accepted } = JSON.parse(answer) as { accepted: unknown[] };
      if (accepted.length !== BATCH_SIZE) throw new Error(`only ${accepted.length} calls of a batch were accepted`);
    }),
  );
  return (batches * BATCH_SIZE) / seconds;
}

interface Rates {
  readonly single: readonly number[];
  readonly batch: readonly number[];
  readonly sample: readonly number[];
  readonly refused: readonly number[];
  readonly bare: readonly number[];
}

const REFERENCE = `Reference: a server that, as the sample voice-ttsprompt-lambda does, writes the call to the same table emulator and dials inside the request, at a carrier that answers after ${CARRIER_MS} ms; ${CONCURRENCY} requests at a time, median of ${ROUNDS} rounds in turn with ours.`;
const HELD_OFF =
  "Accepting alone: the applications' next free place in time is an hour ahead, so that nothing is dialed meanwhile; calls may wait for a day.";

function singleFigure({ single, sample, refused, bare }: Rates): Figure {
  const ratio = pairedRatio(single, sample);
  return {
    name: "accept-single",
    title: "Calls accepted, one in a request",
    measured: { value: median(single), unit: "calls/s" },
    reference: { value: median(sample), unit: "calls/s" },
    ratio: { value: ratio, of: "times the reference" },
    goal: { text: "at least 10", isMet: ratio >= 10 },
    how: [
      `POST /call at the local stage (real handlers, fauxqs, dynalite), ${SINGLES} calls of ${CONCURRENCY} applications at concurrency ${CONCURRENCY}, median of ${ROUNDS}, after ${WARM_UP_SINGLES} to warm up. ${HELD_OFF}`,
      REFERENCE,
      `The same stage answers ${median(refused).toFixed(0)} requests/s that it refuses at once, with a 415 and without asking AWS for anything, ${pairedRatio(refused, sample).toFixed(1)} times the reference: gateway, threads and whoever asks share this machine's processors, and that is the most it could accept if all else were free. The three requests that a call asks of AWS (its place, its item, its message) are served by the emulators, in a bare loop at the same concurrency, for ${median(bare).toFixed(0)} calls/s, ${pairedRatio(bare, sample).toFixed(1)} times the reference: that is the most it could accept if nothing else had to be done.`,
    ],
    table: roundsTable({ ours: single, reference: sample, "refused at once": refused, "its requests alone": bare }),
  };
}

function batchFigure({ batch, sample }: Rates): Figure {
  const ratio = pairedRatio(batch, sample);
  return {
    name: "accept-batch",
    title: "Calls accepted, 1,000 in a request",
    measured: { value: median(batch), unit: "calls/s" },
    reference: { value: median(sample), unit: "calls/s" },
    ratio: { value: ratio, of: "times the reference" },
    goal: { text: "at least 50", isMet: ratio >= 50 },
    how: [
      `${BATCHES} batches of ${BATCH_SIZE} calls, ${BATCHES_AT_ONCE} at a time, at the local stage, median of ${ROUNDS}, after ${WARM_UP_BATCHES} to warm up. ${HELD_OFF}`,
      REFERENCE,
    ],
    table: roundsTable({ ours: batch, reference: sample }),
  };
}

function roundsTable(rates: Readonly<Record<string, readonly number[]>>) {
  const rows = Object.entries(rates).map(([name, values]) => [name, ...values.map((value) => value.toFixed(0))]);
  return { columns: ["calls/s", ...Array.from({ length: ROUNDS }, (_, index) => `round ${index + 1}`)], rows };
}
