import { paginateScan } from "@aws-sdk/client-dynamodb";
import { FUNCTIONS, type Usage } from "../cost.ts";
import { bytesOf } from "../stage/requested.ts";
import { type Stage, startStage } from "../stage/stage.ts";
import { withoutIdlePolls } from "../stage/tally.ts";
import { inParallel } from "../work.ts";
import { ALL_STATUSES, startCarrier } from "./carrier.ts";
import { batchBody, callBody, newCustomer, newCustomers, numberOf, postBatch, postCall, setPace } from "./customer.ts";
import { startReceiver } from "./receiver.ts";

/** Short enough to be waited for, and longer than any call here takes: every call's deadline is part of its price. */
const SPEED = 8;
/** Seconds in truth: long enough that what is told of a call is recorded before the next is told. */
const PAUSE_MS = 1_500;
const PATIENCE_SECONDS = 240;
const ITEM_OVERHEAD_BYTES = 100;

export interface Scenario {
  readonly calls: number;
  /** Together in one request, dialed at this pace; each in a request of its own without it. */
  readonly batchAt?: { readonly callsPerSecond: number };
  /** Of a commit before this one; this one's without it. */
  readonly root?: string;
}

/**
 * What so many PIN calls ask of AWS, from the request until nothing of them is left to be done. Every message comes in an
 * invocation of its own, as it does where calls are few: batches of messages would only take away from it.
 */
export async function usageOfPinCalls({ calls, batchAt, root }: Scenario): Promise<Usage> {
  const carrier = await startCarrier({ tells: ALL_STATUSES, pauseMs: PAUSE_MS });
  const receiver = await startReceiver();
  const stage = await startStage({
    carrier: carrier.url,
    counts: true,
    largestBatch: 1,
    speed: SPEED,
    ...(root !== undefined && { root }),
  });
  try {
    const callback = receiver.callbackUrl();
    if (batchAt === undefined) await acceptSingles(stage, { calls, callback });
    else await acceptOneBatch(stage, { calls, callback, ...batchAt });
    await receiver.results().reaches(calls, { withinSeconds: PATIENCE_SECONDS });
    // Calls that are dialed together have one deadline.
    const deadlines = batchAt === undefined ? calls : Math.ceil(calls / batchAt.callsPerSecond);
    await stage.handled({ functionName: FUNCTIONS.timers, messages: deadlines, withinSeconds: PATIENCE_SECONDS });
    const tallied = await stage.tally();
    if (receiver.statuses.get("ok") !== calls) throw new Error(`not every call ended with the right PIN`);
    return {
      calls,
      apiRequests: batchAt === undefined ? calls : 1,
      tallied: { ...tallied, requests: withoutIdlePolls(tallied) },
      keptBytes: await tableBytes(stage),
    };
  } finally {
    await carrier.stop();
    await stage.stop();
    await receiver.stop();
  }
}

async function acceptSingles(stage: Stage, { calls, callback }: { calls: number; callback: string }): Promise<void> {
  const customers = await newCustomers(calls);
  await stage.forget();
  await inParallel(calls, { concurrency: 4 }, async (index) => {
    const body = callBody({ to: numberOf(index), callback });
    await postCall(stage.apiUrl, { jwt: customers[index]?.jwt ?? "", body });
  });
}

async function acceptOneBatch(
  stage: Stage,
  { calls, callback, callsPerSecond }: { calls: number; callback: string; callsPerSecond: number },
): Promise<void> {
  const customer = await newCustomer();
  await setPace(stage, customer, { callsPerSecond });
  await stage.forget();
  await postBatch(stage.apiUrl, { jwt: customer.jwt, body: batchBody({ count: calls, callback }) });
}

/** All that is in the table, with what DynamoDB adds to each item. */
async function tableBytes({ clients, tableName: TableName }: Stage): Promise<number> {
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client: clients.dynamoDb }, { TableName }))
    for (const item of Items) bytes += bytesOf(item) + ITEM_OVERHEAD_BYTES;
  return bytes;
}
