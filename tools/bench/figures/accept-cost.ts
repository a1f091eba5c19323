import { BatchGetItemCommand, BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { keyOf } from "@promptcall/functions/dynamodb/items";
import type { Figure, Measurement } from "../figure.ts";
import { startCarrier } from "../load/carrier.ts";
import { batchBody, newCustomer, postBatch, setPace } from "../load/customer.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { median, pairedRatio } from "../statistics.ts";
import { inParallel, secondsOf } from "../work.ts";
import { acceptBatches, BATCHES_AT_ONCE } from "./accept.ts";

const ROUNDS = 9;
const BATCHES = 8;
const BATCH_SIZE = 1_000;
const ITEMS_PER_REQUEST = 25;
const KEYS_PER_REQUEST = 100;
/** As many as accepting has under way for one batch. */
const REQUESTS_AT_ONCE = 16;

type Item = NonNullable<NonNullable<WriteRequest["PutRequest"]>["Item"]>;

export const acceptCost: Measurement = {
  figures: ["accept-cost"],
  async measure(say) {
    const carrier = await startCarrier({ summary: [] });
    const rig = await startRig({ carrier: carrier.url });
    try {
      const items = await itemsOfOneBatch(rig);
      await acceptBatches({ stage: rig, batches: BATCHES });
      await writeBare({ stage: rig, items, batches: BATCHES_AT_ONCE, round: 0 });
      const [ours, bare]: [number[], number[]] = [[], []];
      for (let round = 1; round <= ROUNDS; round += 1) {
        ours.push(await acceptBatches({ stage: rig, batches: BATCHES }));
        bare.push(await writeBare({ stage: rig, items, batches: BATCHES, round }));
        say(`round ${round}: accepted ${ours.at(-1)?.toFixed(0)}/s, bare ${bare.at(-1)?.toFixed(0)}/s`);
      }
      return [figureOf({ ours, bare })];
    } finally {
      await rig.stop();
      await carrier.stop();
    }
  },
};

/** What accepting a batch has written for its calls, read back as it is in the table. */
async function itemsOfOneBatch(rig: Rig): Promise<readonly Item[]> {
  const { clients, tableName } = rig;
  const customer = await newCustomer();
  await setPace(rig, customer, { callsPerSecond: 3, freeMs: Date.now() + 3_600_000 });
  const body = batchBody({ count: BATCH_SIZE, callback: "http://127.0.0.1:9/result" });
  const answer = JSON.parse(await postBatch(rig.apiUrl, { jwt: customer.jwt, body })) as {
    batch_id: string;
    accepted: readonly { tid: string }[];
  };
  const named = [...answer.accepted.map(({ tid }) => keyOf("spec", { tid })), keyOf("batch", { id: answer.batch_id })];
  const keys = named.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } }));
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += KEYS_PER_REQUEST) {
    const RequestItems = { [tableName]: { Keys: keys.slice(start, start + KEYS_PER_REQUEST) } };
    const { Responses } = await clients.dynamoDb.send(new BatchGetItemCommand({ RequestItems }));
    items.push(...(Responses?.[tableName] ?? []));
  }
  if (items.length !== keys.length) throw new Error(`${items.length} of ${keys.length} items are in the table`);
  return items;
}

/** Calls a second whose items and messages are written by a loop that does nothing else. */
async function writeBare(given: { stage: Rig; items: readonly Item[]; batches: number; round: number }) {
  const { stage: rig, items, batches, round } = given;
  const { clients, tableName } = rig;
  const { QueueUrl, MessageBody } = await message(rig);
  // Keys of their own, made before the clock runs: an item that is written over would cost the emulator more.
  const copies = Array.from({ length: batches }, (_, batch) =>
    items.map((item) => ({ PutRequest: { Item: { ...item, pk: { S: `${item.pk?.S}.${round}.${batch}` } } } })),
  );
  const seconds = await secondsOf(() =>
    inParallel(batches, { concurrency: BATCHES_AT_ONCE }, async (batch) => {
      const puts = copies[batch] ?? [];
      await inParallel(Math.ceil(puts.length / ITEMS_PER_REQUEST), { concurrency: REQUESTS_AT_ONCE }, (index) => {
        const part = puts.slice(index * ITEMS_PER_REQUEST, (index + 1) * ITEMS_PER_REQUEST);
        return clients.dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: part } }));
      });
      const Entries = [{ Id: "1", MessageBody, DelaySeconds: 900 }];
      await clients.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    }),
  );
  return (batches * BATCH_SIZE) / seconds;
}

/** As long as the message of a batch, to a queue that has no consumer. */
async function message({ parkingQueueUrl }: Rig) {
  const { jwt } = await newCustomer();
  return { QueueUrl: parkingQueueUrl, MessageBody: jwt.padEnd(jwt.length * 1.4 + 400, ".") };
}

function figureOf({ ours, bare }: { ours: readonly number[]; bare: readonly number[] }): Figure {
  const ratio = pairedRatio(ours, bare);
  return {
    name: "accept-cost",
    title: "What accepting costs above writing",
    measured: { value: median(ours), unit: "calls/s" },
    reference: { value: median(bare), unit: "calls/s" },
    ratio: { value: ratio, of: "of the reference" },
    goal: { text: "at least 0.6", isMet: ratio >= 0.6 },
    how: [
      `${BATCHES} batches of ${BATCH_SIZE} calls, ${BATCHES_AT_ONCE} at a time, accepted at the local stage; median of ${ROUNDS} rounds, and of the rounds' ratios.`,
      `Reference: a bare loop in another process that writes copies of the same items (each call's, and the batch's) by BatchWriteItem, ${ITEMS_PER_REQUEST} in a request, ${REQUESTS_AT_ONCE} requests at a time for each of ${BATCHES_AT_ONCE} batches, and one message of the same length for each batch by SendMessageBatch, to the same emulators; in turn with ours.`,
    ],
    table: {
      columns: ["calls/s", ...ours.map((_, index) => `round ${index + 1}`)],
      rows: [
        ["accepted", ...ours.map((rate) => rate.toFixed(0))],
        ["bare loop", ...bare.map((rate) => rate.toFixed(0))],
      ],
    },
  };
}
