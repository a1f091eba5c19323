/**
 * What each step of a call asks of its ports, in the handlers' own names. The handlers are run and compared with this,
 * and so are the adapters: everything that is said about scale and cost is multiplied out of these two tables.
 */
export type FunctionName = "api" | "dialer" | "webhooks" | "reducer" | "timers" | "first" | "later";

interface Step {
  readonly function: FunctionName;
  readonly operations: Readonly<Partial<Record<Operation, number>>>;
}

export const STEPS = {
  /** A request for one call is taken in. */
  accept: { function: "api", operations: { "paces.reserve": 1, "calls.add": 1, "dial.send": 1 } },
  /** A request for many, apart from what it takes for each of them. */
  acceptMany: { function: "api", operations: { "paces.reserve": 1, "batches.add": 1, "dial.send": 1 } },
  /** Each call of such a request. Some are written together. */
  add: { function: "api", operations: { "calls.add": 1 } },
  /** There is no place early enough. */
  refuse: { function: "api", operations: { "paces.refuse": 1 } },
  /** A call, or a batch, whose time is further ahead than its queue can wait. */
  hop: { function: "dialer", operations: { "hops.made": 1, "dial.send": 1, "hops.make": 1 } },
  /** The rest of a batch is sent on, before the calls of this step are dialed as any others, but read together. */
  advance: { function: "dialer", operations: { "hops.made": 1, "paces.read": 1, "dial.send": 1, "hops.make": 1 } },
  /** A call is dialed. */
  place: {
    function: "dialer",
    operations: {
      "calls.find": 1,
      "timers.send": 1,
      "calls.save": 2,
      "carrier.placeCall": 1,
    },
  },
  /** The carrier answers 429: the call goes back into its queue. */
  limited: {
    function: "dialer",
    operations: {
      "calls.find": 1,
      "calls.state": 1,
      "timers.send": 1,
      "calls.save": 2,
      "carrier.placeCall": 1,
      "paces.slow": 1,
      "paces.reserve": 1,
      "dial.send": 1,
    },
  },
  /** The call has waited too long to be dialed at all. */
  expire: {
    function: "dialer",
    operations: { "calls.find": 1, "timers.send": 1, "calls.save": 1, "bus.publish": 1 },
  },
  /** News that lead to nothing: that the call was started, rings or is answered. */
  unheard: { function: "webhooks", operations: {} },
  status: { function: "webhooks", operations: { "calls.spec": 1, "bus.publish": 1 } },
  digits: { function: "webhooks", operations: { "calls.spec": 1, "bus.publish": 1 } },
  /** A report tells something new. */
  fold: { function: "reducer", operations: { "calls.state": 1, "calls.save": 1 } },
  /** The line is down and the verdict is not in. */
  end: { function: "reducer", operations: { "calls.state": 1, "timers.send": 1, "calls.save": 1 } },
  /** A report settles the outcome. */
  complete: { function: "reducer", operations: { "calls.state": 1, "calls.save": 1, "bus.publish": 1 } },
  /** The settle timer does. */
  settle: { function: "timers", operations: { "calls.state": 1, "calls.save": 1, "bus.publish": 1 } },
  /** The deadline of a call whose result somebody has tried to deliver. */
  deadline: { function: "timers", operations: { "deliveries.heardOf": 1 } },
  /** The deadline of a claim that was given back. */
  superseded: { function: "timers", operations: { "deliveries.heardOf": 1, "calls.state": 1 } },
  /** The deadline of a call whose end was not recorded: the carrier is asked, and the call closed. */
  overdue: {
    function: "timers",
    operations: { "deliveries.heardOf": 1, "calls.state": 1, "carrier.findCall": 1, "calls.save": 1, "bus.publish": 1 },
  },
  /** A result is delivered at the first attempt. */
  deliver: {
    function: "first",
    operations: {
      "calls.spec": 1,
      "deliveries.read": 1,
      "receivers.enter": 1,
      "calls.state": 1,
      "sender.send": 1,
      "deliveries.add": 1,
    },
  },
  /** The answer is slow to come, and is waited for in a place. */
  linger: {
    function: "first",
    operations: {
      "calls.spec": 1,
      "deliveries.read": 1,
      "receivers.enter": 1,
      "calls.state": 1,
      "sender.send": 1,
      "receivers.stay": 1,
      "receivers.leave": 1,
      "deliveries.add": 1,
    },
  },
  /** The answer is slow to come, and there is no place to wait for it in: it goes to the queue of later attempts. */
  giveUp: {
    function: "first",
    operations: {
      "calls.spec": 1,
      "deliveries.read": 1,
      "receivers.enter": 1,
      "calls.state": 1,
      "sender.send": 1,
      "receivers.refuse": 1,
      "callbacks.send": 1,
    },
  },
  /** Its receiver has no place: it looks again in a second. */
  wait: {
    function: "first",
    operations: { "calls.spec": 1, "calls.state": 1, "deliveries.read": 1, "receivers.enter": 1, "firsts.send": 1 },
  },
  /** Its receiver is slow: it goes to the queue of later attempts. */
  divert: {
    function: "first",
    operations: { "calls.spec": 1, "calls.state": 1, "deliveries.read": 1, "receivers.enter": 1, "callbacks.send": 1 },
  },
  /** A result is delivered from there. */
  redeliver: {
    function: "later",
    operations: {
      "calls.spec": 1,
      "deliveries.read": 1,
      "calls.state": 1,
      "sender.send": 1,
      "deliveries.add": 1,
    },
  },
} as const satisfies Record<string, Step>;

export type StepName = keyof typeof STEPS;

/** What one operation is as requests to AWS. None for what goes to the carrier or to a customer. */
export interface Requests {
  readonly commands: readonly string[];
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

const send: Requests = { commands: ["SendMessage"] };
const read: Requests = { commands: ["GetItem"], readUnits: 1 };
/** Of what may be a little behind: not consistent. */
const cheapRead: Requests = { commands: ["GetItem"], readUnits: 0.5 };

/** Units are those of a call of ordinary length: a prompt of 160 characters. */
export const REQUESTS = {
  /** Without the read where the process has seen the pace before: this is the most it takes. */
  "paces.reserve": { commands: ["GetItem", "UpdateItem"], readUnits: 1, writeUnits: 1 },
  "paces.refuse": read,
  "paces.read": read,
  "paces.slow": { commands: ["GetItem", "UpdateItem"], readUnits: 1, writeUnits: 1 },
  "batches.add": { commands: ["PutItem"], writeUnits: 1 },
  "hops.made": read,
  "hops.make": { commands: ["UpdateItem"], writeUnits: 1 },
  "calls.add": { commands: ["BatchWriteItem"], writeUnits: 1 },
  "calls.find": { commands: ["BatchGetItem"], readUnits: 2 },
  "calls.spec": cheapRead,
  "calls.state": read,
  "calls.save": { commands: ["PutItem"], writeUnits: 1 },
  "deliveries.read": read,
  "deliveries.heardOf": { commands: ["BatchGetItem"], readUnits: 0.5 },
  "deliveries.add": { commands: ["UpdateItem"], writeUnits: 1 },
  "receivers.enter": cheapRead,
  "receivers.stay": { commands: ["GetItem", "UpdateItem"], readUnits: 1, writeUnits: 1 },
  "receivers.leave": { commands: ["UpdateItem"], writeUnits: 1 },
  "receivers.refuse": read,
  "bus.publish": { commands: ["PutEvents"] },
  "dial.send": send,
  "timers.send": send,
  "firsts.send": send,
  "callbacks.send": send,
  "carrier.placeCall": { commands: [] },
  "carrier.findCall": { commands: [] },
  "sender.send": { commands: [] },
} as const satisfies Record<string, Requests>;

export type Operation = keyof typeof REQUESTS;

export function byStep<Value>(of: (step: StepName) => Value): Record<StepName, Value> {
  const entries = Object.keys(STEPS).map((step) => [step, of(step as StepName)]);
  return Object.fromEntries(entries) as Record<StepName, Value>;
}

/** Every operation of a step with how often it occurs. */
export function operationsOf(step: StepName): readonly (readonly [Operation, number])[] {
  return Object.entries(STEPS[step].operations) as [Operation, number][];
}

/** The items that a call leaves in the table, rounded up to 100 bytes. */
export const ITEM_BYTES = { spec: 800, state: 800, callback: 200 } as const;
