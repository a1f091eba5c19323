import type { CallOnItsWay } from "./calls.ts";
import { Flow, type FlowOptions } from "./flow.ts";
import type { Ledger } from "./ledger.ts";
import { METERED, type Metered } from "./meter.ts";
import { PRICES } from "./prices.ts";
import { QUEUES, type QueueName } from "./settings.ts";

export interface Wait {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

export interface QueueFigures {
  /** Invocations of its function at the same time. */
  readonly concurrency: number;
  readonly waiting: number;
  readonly oldestSeconds: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly longestBatchSeconds: number;
}

/** What a run came to: nothing in it depends on the machine. */
export interface Figures {
  readonly calls: Readonly<
    Record<"asked" | "refused" | "dialed" | "expired" | "closedEarly" | "delivered" | "turnedAway", number>
  >;
  readonly perSecond: Readonly<Record<Metered, { readonly mean: number; readonly peak: number }>>;
  readonly concurrency: { readonly api: number; readonly webhooks: number; readonly all: number };
  readonly queues: Readonly<Record<QueueName, QueueFigures>>;
  readonly hottestItem: { readonly reads: number; readonly writes: number };
  readonly attempts: Readonly<Record<"dials" | "refused" | "hops", number>>;
  /** From asking to dialing, and from when a call was over to the delivery of its result. */
  readonly secondsToDial: Wait;
  readonly secondsToDeliver: Wait;
  /** Of the call that came last: in a burst it is the one of the other application. */
  readonly lastCall: { readonly secondsToDial: number };
  /** From the last call asked for to the last result delivered. */
  readonly drainSeconds: number;
  /** Of AWS, for all of it. */
  readonly usd: number;
}

export function figuresOf(options: FlowOptions): Figures {
  const flow = new Flow(options);
  flow.run();
  const { calls, mappings, receivers, paces } = flow;
  const { peak } = flow.gauge;
  const { meter, steps } = flow.ledger;
  const { measured } = options.scenario;
  const each = <Name extends string, Value>(names: readonly Name[], of: (name: Name) => Value) =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<Name, Value>;
  const count = (is: (call: CallOnItsWay) => boolean) => calls.filter(is).length;
  const seconds = (toMs: number | undefined, fromMs: number | undefined) =>
    toMs === undefined || fromMs === undefined ? [] : [(toMs - fromMs) / 1000];
  const lastAskedMs = calls.at(-1)?.askedMs ?? 0;
  return {
    calls: {
      asked: calls.length,
      refused: count(({ refused }) => refused === true),
      dialed: count(({ dialedMs }) => dialedMs !== undefined),
      expired: count(({ expired }) => expired === true),
      closedEarly: count(({ closedEarly }) => closedEarly === true),
      delivered: count(({ deliveredMs }) => deliveredMs !== undefined),
      turnedAway: flow.turnedAway,
    },
    perSecond: each(METERED, (metered) => ({
      mean: meter.mean(metered, measured),
      peak: meter.peak(metered, measured),
    })),
    concurrency: { api: peak.api, webhooks: peak.webhooks, all: peak.all },
    queues: each(QUEUES, (queue) => {
      const { invocations, waiting, oldestMs, inFlight, delayed, batchMs } = mappings[queue].peak;
      const [oldestSeconds, longestBatchSeconds] = [oldestMs / 1000, batchMs / 1000];
      return { concurrency: invocations, waiting, oldestSeconds, inFlight, delayed, longestBatchSeconds };
    }),
    hottestItem: {
      reads: Math.max(receivers.reads.peak, paces.reads.peak),
      writes: paces.writes.peak,
    },
    attempts: {
      dials: steps.place + steps.limited,
      refused: steps.limited,
      hops: steps.hop,
    },
    secondsToDial: waitOf(calls.flatMap(({ askedMs, dialedMs }) => seconds(dialedMs, askedMs))),
    secondsToDeliver: waitOf(calls.flatMap(({ overMs, deliveredMs }) => seconds(deliveredMs, overMs))),
    lastCall: { secondsToDial: seconds(calls.at(-1)?.dialedMs, lastAskedMs)[0] ?? Number.NaN },
    drainSeconds:
      (calls.reduce((latest, { deliveredMs = 0 }) => Math.max(latest, deliveredMs), 0) - lastAskedMs) / 1000,
    usd: usdOf(flow.ledger),
  };
}

function waitOf(seconds: readonly number[]): Wait {
  const sorted = Float64Array.from(seconds).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), longest: at(1) };
}

/** What was asked of AWS, batches as they were; what the table keeps is left out. */
function usdOf({ meter, logBytes, gbSeconds }: Ledger): number {
  return (
    meter.total("apiRequests") * PRICES.apiRequest.usd +
    meter.total("invocations") * PRICES.invocation.usd +
    gbSeconds * PRICES.gbSecond.usd +
    meter.total("events") * PRICES.event.usd +
    meter.total("queueRequests") * PRICES.queueRequest.usd +
    meter.total("readUnits") * PRICES.readUnit.usd +
    meter.total("writeUnits") * PRICES.writeUnit.usd +
    (logBytes / 1e9) * PRICES.logGb.usd
  );
}
