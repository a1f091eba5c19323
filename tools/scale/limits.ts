import { stageConfig } from "../../stacks/config.ts";
import type { Usage } from "./usage.ts";

export interface Limit {
  readonly name: string;
  readonly most: number;
  /** How much of that one call takes. */
  readonly need: (usage: Usage) => number;
  /** Where it is set: our settings, a code of Service Quotas, or the table's warm throughput. */
  readonly setBy: string;
}

const { throttle, maximumConcurrency, reserved, accountConcurrency } = stageConfig("production");
const { dialer, reducer, consumer, callbacks } = maximumConcurrency;

/** Of a function URL, for each that is reserved. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const WEBHOOKS = 10 * (reserved?.webhooks ?? accountConcurrency);

const OURS = "`stacks/config.ts`";
const CONCURRENCY = "`stacks/concurrency.ts`";
const WARM = "warm throughput";

/** Of our own as they are deployed, and of AWS by default, in us-east-1 and eu-west-1. `docs/scale.md` has the sources. */
export const LIMITS: readonly Limit[] = [
  { name: "gateway, requests/s", most: throttle.requestsPerSecond, need: (call) => call.apiRequests, setBy: OURS },
  { name: "dialer, at once", most: dialer, need: (call) => call.fullSeconds("dialer"), setBy: CONCURRENCY },
  { name: "reducer, at once", most: reducer, need: (call) => call.fullSeconds("reducer"), setBy: CONCURRENCY },
  { name: "timers, at once", most: consumer, need: (call) => call.fullSeconds("timers"), setBy: CONCURRENCY },
  { name: "dispatcher, at once", most: callbacks, need: (call) => call.fullSeconds("first"), setBy: CONCURRENCY },
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
export function fullAt({ most, need }: Limit, usage: Usage): number {
  return most / need(usage);
}

/** The one of them that is full first, once the table is not new any more. */
export function firstFull(usage: Usage): Limit {
  const lasting = LIMITS.filter(({ setBy }) => setBy !== WARM);
  return lasting.reduce((first, limit) => (fullAt(limit, usage) < fullAt(first, usage) ? limit : first));
}
