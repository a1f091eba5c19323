/** How many functions run at once, of those that an account of AWS allows. */
export interface ConcurrencyPlan {
  /** Of what each queue invokes. `consumer` is for the timers, and for each of the three queues of dead letters. */
  maximumConcurrency: {
    consumer: number;
    dialer: number;
    reducer: number;
    callbacks: number;
    callbackRetries: number;
  };
  /**
   * Held for these functions, whatever else runs in the account, and the most that they may run. AWS reserves nothing
   * in a small account, and several stages share one: so it is for production alone, and where the account is large.
   */
  reserved: { webhooks: number; reducer: number } | undefined;
  /**
   * Results just in go into the queue of those that had their chance: one queue less that invokes functions, where
   * there is no room for all of them. A slow server then holds up the results of others.
   */
  oneCallbackQueue: boolean;
  /** How many requests may wait until a call or a batch is over: those of one application, and of all. */
  waiting: { ofOne: number; ofAll: number };
  /** What the gateway lets through to the api, of all customers together; it answers the rest with 429. */
  throttle: { requestsPerSecond: number; burst: number };
}

/**
 * What AWS allows an account by default; a new one gets 10.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export const DEFAULT_ACCOUNT = 1_000;
export const NEW_ACCOUNT = 10;

/** AWS takes no less for a queue, and no more. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const LEAST = 2;
const MOST = 1_000;

/** Has to be left to functions without a reservation. https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const LEFT_UNRESERVED = 100;

/** The least concurrency left to the functions with waiting callers: webhooks and the api. */
const SHARE_LEFT = 1 / 5;

/**
 * In an account with the default. The reducer outruns the dialer: a call whose reports wait is closed by its deadline
 * without them. The dialer is at a step of a batch for as long as a second, and dials all that the gateway lets through.
 * Callbacks mostly wait, for servers that are not ours.
 */
const DEPLOYED = { consumer: 20, dialer: 110, reducer: 100, callbacks: 100, callbackRetries: 50 };
/** No more of a function than a machine with two processors runs at once. */
const ON_ONE_MACHINE = { consumer: 2, dialer: 4, reducer: 4, callbacks: 4, callbackRetries: 3 };
const WEBHOOKS = 400;
/** Half of what is left to webhooks and the api: requests that wait must not keep out those that work. */
const SHARE_WAITING = SHARE_LEFT / 2;
const THROTTLE = { requestsPerSecond: 500, burst: 1_000 };
const WAITING_ON_ONE_MACHINE = { ofOne: 2, ofAll: 2 };

/** `account` is how many functions it runs at once: less than the default, or more, is shared out in the same parts. */
export function concurrencyPlan(stage: { account: number; production: boolean; isLocal: boolean }): ConcurrencyPlan {
  const { account, production, isLocal } = stage;
  const share = (part: number) => Math.floor((part * account) / DEFAULT_ACCOUNT);
  const queue = (part: number) => Math.min(MOST, Math.max(LEAST, share(part)));
  const { consumer, dialer, reducer, callbacks, callbackRetries } = isLocal ? ON_ONE_MACHINE : DEPLOYED;
  const maximumConcurrency = {
    consumer: queue(consumer),
    dialer: queue(dialer),
    reducer: queue(reducer),
    callbacks: queue(callbacks),
    callbackRetries: queue(callbackRetries),
  };
  const reserved = { webhooks: share(WEBHOOKS), reducer: maximumConcurrency.reducer };
  const ofAll = Math.max(1, Math.floor(account * SHARE_WAITING));
  const isLarge = account - reserved.webhooks - reserved.reducer >= LEFT_UNRESERVED;
  const isReserved = production && isLarge;
  // A flood at the door must not take what calls under way need: where nothing is held for them, the gateway holds it back.
  const half = Math.min(Math.floor(account / 2), THROTTLE.requestsPerSecond);
  const whole = (part: number) => Math.max(part, share(part));
  const throttle = { requestsPerSecond: whole(THROTTLE.requestsPerSecond), burst: whole(THROTTLE.burst) };
  return {
    maximumConcurrency,
    reserved: isReserved ? reserved : undefined,
    throttle: isReserved || isLocal ? throttle : { requestsPerSecond: half, burst: half },
    oneCallbackQueue: allConsumers(maximumConcurrency) > account * (1 - SHARE_LEFT),
    waiting: isLocal ? WAITING_ON_ONE_MACHINE : { ofOne: Math.ceil(ofAll / 4), ofAll },
  };
}

/** What all queues together may invoke at once: those of the timers and of three kinds of dead letters have a `consumer` each. */
export function allConsumers({ consumer, ...others }: ConcurrencyPlan["maximumConcurrency"]): number {
  return Object.values(others).reduce((sum, each) => sum + each, 4 * consumer);
}
