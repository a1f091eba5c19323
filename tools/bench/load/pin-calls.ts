import { keptBytesIn } from "../cost/kept.ts";
import { FUNCTIONS, type Usage } from "../cost/usage.ts";
import { type Rig, startRig } from "../rig/rig.ts";
import { inTime } from "../work.ts";
import { startCarrier } from "./carrier.ts";
import {
  batchBody,
  callBody,
  newCustomer,
  newCustomers,
  numberOf,
  postCalls,
  registerKeys,
  setPace,
} from "./customer.ts";
import { startReceiver } from "./receiver.ts";

/** Short enough to be waited for, and longer than any call here takes: every call's deadline is part of its price. */
const SPEED = 8;
/** In real seconds: long enough that one report of a call is recorded before the next is sent. */
const PAUSE_MS = 1_500;
const TIMEOUT_SECONDS = 240;

export interface Scenario {
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Whether they are in one request, or each in one of its own. */
  readonly together?: boolean;
  /** Whether every message is in an invocation of its own, as where calls are few; else a batch takes what there is. */
  readonly alone?: boolean;
  /** Whether each credential is a new one, of an application that has registered no key: the carrier is asked about it. */
  readonly unknown?: boolean;
}

/** The requests of this many PIN calls to AWS, from the first request to the end of all work. */
export async function usageOfPinCalls({ calls, callsPerSecond, together, alone, unknown }: Scenario): Promise<Usage> {
  const carrier = await startCarrier({ pauseMs: PAUSE_MS });
  const receiver = await startReceiver();
  const rig = await startRig({
    carrier: carrier.url,
    counts: true,
    speed: SPEED,
    ...(alone && { largestBatch: 1 }),
  });
  try {
    const { callbackUrl: callback } = receiver;
    await (together ? acceptOneBatch : acceptSingles)(rig, { calls, callback, callsPerSecond, unknown });
    await receiver.results.reaches(calls, { withinSeconds: TIMEOUT_SECONDS });
    // Calls that are dialed together have one deadline.
    const deadlines = together ? Math.ceil(calls / callsPerSecond) : calls;
    await rig.handled({ functionName: FUNCTIONS.timers, messages: deadlines, withinSeconds: TIMEOUT_SECONDS });
    const tallied = await rig.tally();
    if (receiver.statuses.get("ok") !== calls)
      throw new Error(`not every call ended with the right PIN: ${[...receiver.statuses].join("; ")}`);
    return {
      calls,
      apiRequests: together ? 1 : calls,
      tallied,
      keptBytes: await keptBytesIn({ client: rig.dynamoDb, tableName: rig.tableName }),
    };
  } finally {
    await carrier.stop();
    await rig.stop();
    await receiver.stop();
  }
}

interface Asked {
  readonly calls: number;
  readonly callback: string;
  readonly callsPerSecond: number;
  readonly unknown: boolean | undefined;
}

/** Each of another application. */
async function acceptSingles(rig: Rig, { calls, callback, callsPerSecond, unknown }: Asked): Promise<void> {
  const customers = await newCustomers(calls);
  if (!unknown) await registerKeys(rig, customers);
  await rig.forget();
  await inTime(calls, { perSecond: callsPerSecond }, async (index) => {
    const body = callBody({ to: numberOf(index), callback });
    await postCalls(rig.apiUrl, { jwt: customers[index]?.jwt ?? "", body });
  });
}

async function acceptOneBatch(rig: Rig, { calls, callback, callsPerSecond, unknown }: Asked): Promise<void> {
  const customer = await newCustomer();
  if (!unknown) await registerKeys(rig, [customer]);
  await setPace(rig, customer, callsPerSecond);
  await rig.forget();
  await postCalls(rig.apiUrl, { jwt: customer.jwt, body: batchBody({ count: calls, callback }) });
}
