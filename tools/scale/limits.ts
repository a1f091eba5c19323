import { stageConfig } from "../../stacks/config.ts";
import { sum } from "../cost/sum.ts";
import { apiRequestsOf, FUNCTIONS, secondsOf, timesOf, type Usage } from "../cost/usage.ts";

export interface Limit {
  readonly name: string;
  readonly most: number;
  /** How much of that one call takes. */
  readonly need: (call: Needs) => number;
  /** Where it is set: our settings, a code of Service Quotas, or the table's warm throughput. */
  readonly setBy: string;
}

/** A function takes the messages of a batch side by side: the slowest of ten takes so many times the average. */
export const SLOWEST_OF_BATCH = 2;

/** What one call takes of each part of the cloud. */
export type Needs = ReturnType<typeof needsOf>;

export function needsOf(usage: Usage) {
  const { calls, deliveries, invocations, readUnits, writeUnits } = usage;
  const perCall = (total: number) => total / calls;
  const of = (name: string) => invocations.filter(({ functionName }) => functionName === name);
  return {
    apiRequests: perCall(apiRequestsOf(usage)),
    webhooks: perCall(of(FUNCTIONS.webhooks).length),
    messages: perCall(sum(invocations.map(({ messages }) => messages))),
    invocations: perCall(invocations.length),
    seconds: perCall(sum(invocations.map((one) => secondsOf(one)))),
    events: perCall(usage.events),
    deliveries: perCall(deliveries),
    readUnits: perCall(readUnits),
    writeUnits: perCall(writeUnits),
    /** How long it holds one invocation of that function when all batches are full. */
    fullSeconds(name: string): number {
      const times = of(name).map((one) => timesOf(one));
      return perCall(sum(times.map(({ waitMs, workMs }) => waitMs + SLOWEST_OF_BATCH * workMs))) / (1_000 * batchSize);
    },
  };
}

const { throttle, maximumConcurrency, reserved, accountConcurrency, batchSize } = stageConfig("production");
const { dialer, reducer, consumer, callbacks } = maximumConcurrency;

/** Of a function URL, for each that is reserved. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const WEBHOOKS = 10 * (reserved?.webhooks ?? accountConcurrency);

const OURS = "`stacks/config.ts`";
const CONCURRENCY = "`stacks/concurrency.ts`";
const WARM = "warm throughput";

/** Of our own as they are deployed, and of AWS by default, in us-east-1 and eu-west-1. `docs/scale.md` has the sources. */
export const LIMITS: readonly Limit[] = [
  { name: "gateway, requests/s", most: throttle.requestsPerSecond, need: (call) => call.apiRequests, setBy: OURS },
  { name: "dialer, at once", most: dialer, need: (call) => call.fullSeconds(FUNCTIONS.dialer), setBy: CONCURRENCY },
  { name: "reducer, at once", most: reducer, need: (call) => call.fullSeconds(FUNCTIONS.reducer), setBy: CONCURRENCY },
  { name: "timers, at once", most: consumer, need: (call) => call.fullSeconds(FUNCTIONS.timers), setBy: CONCURRENCY },
  {
    name: "dispatcher, at once",
    most: callbacks,
    need: (call) => call.fullSeconds(FUNCTIONS.dispatcher),
    setBy: CONCURRENCY,
  },
  { name: "webhooks, requests/s", most: WEBHOOKS, need: (call) => call.webhooks, setBy: CONCURRENCY },
  { name: "Lambda, at once", most: 1_000, need: (call) => call.seconds, setBy: "L-B99A9384" },
  { name: "API Gateway, requests/s", most: 10_000, need: (call) => call.apiRequests, setBy: "L-8A5B8E43" },
  { name: "EventBridge, PutEvents/s", most: 10_000, need: (call) => call.events, setBy: "L-9B653E91" },
  { name: "EventBridge, deliveries/s", most: 18_750, need: (call) => call.deliveries, setBy: "L-5540C5E3" },
  { name: "DynamoDB, reads/s, new table", most: 12_000, need: (call) => call.readUnits, setBy: WARM },
  { name: "DynamoDB, reads/s", most: 40_000, need: (call) => call.readUnits, setBy: "L-CF0CBE56" },
  { name: "DynamoDB, writes/s, new table", most: 4_000, need: (call) => call.writeUnits, setBy: WARM },
  { name: "DynamoDB, writes/s", most: 40_000, need: (call) => call.writeUnits, setBy: "L-AB614373" },
];

/** How many calls a second take all of it. */
export function fullAt({ most, need }: Limit, call: Needs): number {
  return most / need(call);
}

/** The one of them that is full first, once the table is not new any more. */
export function firstFull(call: Needs): Limit {
  const lasting = LIMITS.filter(({ setBy }) => setBy !== WARM);
  return lasting.reduce((first, limit) => (fullAt(limit, call) < fullAt(first, call) ? limit : first));
}
