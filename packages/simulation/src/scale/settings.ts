import { deadlineSeconds, type Said } from "@promptcall/core/call-length";
import { stageConfig } from "../../../../stacks/config.ts";
import { CARRIER_CALLS_PER_SECOND } from "./assumptions.ts";
import type { FunctionName } from "./operations.ts";

export const QUEUES = ["dial", "state", "timers", "callbacks", "callbackRetries"] as const;
export type QueueName = (typeof QUEUES)[number];

export const CONSUMERS: Readonly<Record<QueueName, FunctionName>> = {
  dial: "dialer",
  state: "reducer",
  timers: "timers",
  callbacks: "first",
  callbackRetries: "later",
};

/** What bounds the flow: our own settings as they are deployed, and the carrier's limit. */
export interface FlowSettings {
  readonly throttle: { readonly requestsPerSecond: number; readonly burst: number };
  readonly batchSize: number;
  readonly maximumConcurrency: Readonly<Record<QueueName, number>>;
  readonly webhooksConcurrency: number;
  readonly timeoutSeconds: Readonly<Record<QueueName, number>>;
  readonly carrierCallsPerSecond: number;
  readonly retryDelaySeconds: number;
  readonly settleSeconds: number;
  readonly deadlineSeconds: number;
}

/** What a usual call says and listens for. */
const SAID: Said = { text: "x".repeat(100), failedText: "x".repeat(50), pinLength: 4, attemptsAllowed: 3 };

/** Of the production stage, as `stacks/config.ts` has them. */
export function deployedSettings(): FlowSettings {
  const { throttle, batchSize, maximumConcurrency, timeoutSeconds, settings, reserved, accountConcurrency } =
    stageConfig("production");
  const { consumer, dialer, reducer, callbacks, callbackRetries } = maximumConcurrency;
  return {
    throttle,
    batchSize,
    maximumConcurrency: { dial: dialer, state: reducer, timers: consumer, callbacks, callbackRetries },
    webhooksConcurrency: reserved?.webhooks ?? accountConcurrency,
    timeoutSeconds: {
      dial: timeoutSeconds.consumer,
      state: timeoutSeconds.reducer,
      timers: timeoutSeconds.consumer,
      callbacks: timeoutSeconds.dispatcher,
      callbackRetries: timeoutSeconds.dispatcher,
    },
    carrierCallsPerSecond: CARRIER_CALLS_PER_SECOND,
    retryDelaySeconds: settings.carrier.retryDelaySeconds,
    settleSeconds: settings.timers.settleSeconds,
    deadlineSeconds: deadlineSeconds(SAID, settings),
  };
}

/** The same without any bound of ours: what the flow then takes is what it needs. */
export function liftedSettings(): FlowSettings {
  const unbounded = Number.POSITIVE_INFINITY;
  return {
    ...deployedSettings(),
    throttle: { requestsPerSecond: unbounded, burst: unbounded },
    maximumConcurrency: {
      dial: unbounded,
      state: unbounded,
      timers: unbounded,
      callbacks: unbounded,
      callbackRetries: unbounded,
    },
  };
}
