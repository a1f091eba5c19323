import { capacityOf } from "./capacity.ts";
import type { Figures } from "./figures.ts";
import type { FlowSettings, QueueName } from "./settings.ts";

export interface Quota {
  readonly name: string;
  readonly limit: number;
  /** Where it is set: our own settings, a code of Service Quotas, or nowhere. */
  readonly setBy: string;
  readonly need: number;
}

const OURS = "stacks/config.ts";
const OUR_CONCURRENCY = "stacks/concurrency.ts";
const LAMBDA_CONCURRENCY = 1_000;
/** Of a function URL, for each that is reserved. https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
const REQUESTS_PER_ENVIRONMENT = 10;

/** Everything that bounds the flow, and how much of it the flow takes. Defaults are those of us-east-1 and eu-west-1. */
export function quotasOf(need: Figures, settings: FlowSettings): readonly Quota[] {
  const { perSecond, concurrency, queues, hottestItem } = need;
  const { throttle, carrierCallsPerSecond, webhooksConcurrency } = settings;
  const capacity = capacityOf(settings);
  const consumer = (name: string, queue: QueueName): Quota => ({
    name: `${name}: messages/s`,
    limit: capacity[queue],
    setBy: OUR_CONCURRENCY,
    need: perSecond[queue].peak,
  });
  const lambda = "L-B99A9384";
  return [
    {
      name: "carrier: calls/s of one account",
      limit: carrierCallsPerSecond,
      setBy: "the carrier",
      need: perSecond.carrierRequests.mean,
    },
    { name: "gateway: requests/s", limit: throttle.requestsPerSecond, setBy: OURS, need: perSecond.apiRequests.peak },
    consumer("dialer", "dial"),
    consumer("reducer", "state"),
    consumer("timers", "timers"),
    consumer("dispatcher, first", "callbacks"),
    consumer("dispatcher, later", "callbackRetries"),
    { name: "API Gateway: requests/s", limit: 10_000, setBy: "L-8A5B8E43", need: perSecond.apiRequests.peak },
    { name: "Lambda: concurrency", limit: LAMBDA_CONCURRENCY, setBy: lambda, need: concurrency.all },
    {
      name: "Lambda: webhooks/s",
      limit: webhooksConcurrency * REQUESTS_PER_ENVIRONMENT,
      setBy: `${OUR_CONCURRENCY}, times 10`,
      need: perSecond.webhooks.peak,
    },
    { name: "EventBridge: PutEvents/s", limit: 10_000, setBy: "L-9B653E91", need: perSecond.events.peak },
    { name: "EventBridge: deliveries/s", limit: 18_750, setBy: "L-5540C5E3", need: perSecond.deliveries.peak },
    {
      name: "SQS: in flight in one queue",
      limit: 120_000,
      setBy: "support request",
      need: Math.max(...Object.values(queues).map((queue) => queue.inFlight)),
    },
    { name: "DynamoDB: reads/s, new table", limit: 12_000, setBy: "what was before", need: perSecond.readUnits.peak },
    { name: "DynamoDB: reads/s", limit: 40_000, setBy: "L-CF0CBE56", need: perSecond.readUnits.peak },
    { name: "DynamoDB: writes/s, new table", limit: 4_000, setBy: "what was before", need: perSecond.writeUnits.peak },
    { name: "DynamoDB: writes/s", limit: 40_000, setBy: "L-AB614373", need: perSecond.writeUnits.peak },
    { name: "DynamoDB: reads/s of one item", limit: 3_000, setBy: "fixed", need: hottestItem.reads },
    { name: "DynamoDB: writes/s of one item", limit: 1_000, setBy: "fixed", need: hottestItem.writes },
  ];
}
