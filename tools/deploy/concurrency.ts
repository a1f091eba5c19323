import { allConsumers, type ConcurrencyPlan, LEFT_UNRESERVED } from "../../stacks/concurrency.ts";
import type { Concurrency } from "./account.ts";
import type { Fault } from "./fault.ts";

interface Stage extends ConcurrencyPlan {
  readonly accountConcurrency: number;
  readonly region: string;
}

const reservedBy = ({ reserved }: Stage) => (reserved === undefined ? 0 : reserved.webhooks + reserved.reducer);

/** Whether the account has what the stage counts on. */
export function concurrencyFaults({ stage, account }: { stage: Stage; account: Concurrency }): Fault[] {
  const name = "ACCOUNT_CONCURRENCY";
  const { accountConcurrency: counted, region, maximumConcurrency } = stage;
  const { allowed, unreserved } = account;
  if (allowed < counted) {
    const queues = allConsumers(maximumConcurrency);
    return [
      {
        name,
        says: `is ${counted}, and the account runs ${allowed} functions at once in ${region}: queues would take up to ${queues} of them, and webhooks and requests be turned away`,
        mend: `Ask AWS for more (docs/operations/deploy.md#the-first-time); until then, deploy with ACCOUNT_CONCURRENCY=${allowed}`,
      },
    ];
  }
  const reserved = reservedBy(stage);
  // What is reserved already may be this stage's own, from the last time.
  const byOthers = allowed - unreserved < reserved;
  if (reserved > 0 && byOthers && unreserved - reserved < LEFT_UNRESERVED) {
    return [
      {
        name,
        says: `is ${counted}, of which this stage reserves ${reserved}; other functions have left ${unreserved}, and AWS keeps ${LEFT_UNRESERVED} of them for all`,
        mend: `Deploy with ACCOUNT_CONCURRENCY=${unreserved}, or have other functions reserve less`,
      },
    ];
  }
  return [];
}

/** What the account allows and what this stage takes of it, in one line. */
export function concurrencyNote({ stage, account }: { stage: Stage; account: Concurrency }): string {
  const { reserved, maximumConcurrency, oneCallbackQueue, throttle } = stage;
  const queues = `queues take up to ${allConsumers(maximumConcurrency)}`;
  const held = reserved
    ? `${reserved.webhooks} are for webhooks alone and ${reserved.reducer} for the reducer`
    : `nothing is reserved for webhooks and the reducer, so the gateway lets ${throttle.requestsPerSecond} requests a second through`;
  const one = oneCallbackQueue ? "one queue of callbacks is at work, for want of room" : undefined;
  return [`${account.allowed} functions run at once in ${stage.region}`, queues, held, one].filter(Boolean).join("; ");
}
