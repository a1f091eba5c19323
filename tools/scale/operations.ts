/**
 * What each step of a call asks of its ports, in the handlers' own names. The handlers are run and compared with this,
 * and so are the adapters: everything that is said about scale and cost is multiplied out of these two tables. `each`
 * stands for every call of an operation that takes many.
 */
export type FunctionName = "api" | "dialer" | "webhooks" | "reducer" | "timers" | "first" | "later";

/** Claimed, asked for, and what the carrier has answered noted. */
const dialed = { "calls.save": 2, "carrier.placeCall": 1 } as const;
const added = { "calls.add": 1, "calls.add each": 1 } as const;
const found = { "calls.find": 1, "calls.find each": 1 } as const;
/** Starting a loop sends a watchdog, then the tick of its next step. */
const started = { "loops.write": 1, "dial.send": 2 } as const;
const slowed = { "loops.write": 2, "dial.send": 2 } as const;
const reduced = { "calls.state": 1, "calls.save": 1 } as const;
const heard = { "calls.spec": 1, "bus.publish": 1 } as const;
const counted = { "batches.find": 1, "lists.finishedOf": 1 } as const;
const delivered = {
  ...{ "calls.spec": 1, "calls.state": 1, "deliveries.read": 1 },
  ...{ "sender.send": 1, "deliveries.add": 1 },
} as const;

export const STEPS = {
  api: {
    /** A call that is dialed now, outside of any step. */
    accept: { "owners.ownerOf": 1, "loops.read": 2, "loops.write": 1, ...added, "dial.send": 1 },
    /** A call that waits in a loop at work, and one that starts the loop. */
    acceptWaiting: { "owners.ownerOf": 1, "loops.read": 3, ...added, "waiting.add": 1, "loops.arrive": 1 },
    acceptStarting: { "owners.ownerOf": 1, "loops.read": 3, ...added, "waiting.add": 1, ...started },
    /** A batch that starts the loop, and each of its calls. */
    acceptBatch: { "owners.ownerOf": 1, "loops.read": 2, "batches.add": 1, "calls.add": 1, ...started },
    addToBatch: { "calls.add each": 1 },
    /** What waits already leaves no room before it is too late. */
    refuse: { "owners.ownerOf": 1, "loops.read": 1 },
  },
  dialer: {
    /** A call that was accepted to be dialed now; or whose message comes too late, and that takes room anew or waits. */
    dialNow: { ...found, "timers.send": 1, ...dialed },
    dialLate: { ...found, "loops.read": 1, "loops.write": 1, "timers.send": 1, ...dialed },
    late: { ...found, "waiting.add": 1, "loops.read": 2, ...started },
    /** A step of a loop, apart from its calls; and the deadline of all that are dialed together. */
    step: { "loops.read": 1, "waiting.list": 1, "loops.write": 1, "dial.send": 1 },
    together: { "timers.send": 1 },
    /** Each batch, and each call of it: a step looks at those that the last one took as well. */
    ofBatch: { "batches.find": 1, "calls.find": 1, "calls.find each": 2 },
    callOfBatch: { "calls.find each": 2, ...dialed },
    /** Single calls that wait, and each of them: the step after it finds that the call waits no longer. */
    ofSingles: { "calls.find": 1 },
    single: { "calls.find each": 2, ...dialed, "waiting.remove": 1 },
    /** A step of more calls than one invocation dials sends parts of them on, which look at theirs once more. */
    handOn: { "dial.sendAll": 1 },
    part: { "calls.find": 1, "timers.send": 1 },
    callOfPart: { "calls.find each": 3, ...dialed },
    /** The last step: nothing waits, and the loop rests. */
    rest: { "loops.read": 1, "waiting.list": 1, "loops.write": 1 },
    /** A watchdog is sent, and comes. */
    watch: { "dial.send": 1 },
    stale: { "loops.read": 1 },
    /** The carrier answers 429: a call that is given back starts the loop; one of a batch is in a loop at work. */
    limited: { ...found, "timers.send": 1, ...dialed, "calls.state": 1, "waiting.add": 1, "loops.read": 2, ...slowed },
    limitedOfBatch: {
      ...{ ...dialed, "calls.find each": 2, "calls.state": 1, "batches.find": 2 },
      ...{ "loops.read": 2, "loops.write": 2 },
    },
    /** The call has waited too long to be dialed at all. */
    expire: { "calls.find each": 1, ...reduced, "timers.send": 1, "bus.publish": 1, "waiting.remove": 1 },
  },
  webhooks: {
    /** News that lead to nothing: that the call was started, rings or is answered. */
    unheard: {},
    status: heard,
    digits: heard,
  },
  reducer: {
    /** A report tells something new; the leg has ended and the verdict is not in; a report settles the outcome. */
    fold: reduced,
    end: { ...reduced, "timers.send": 1 },
    complete: { ...reduced, "bus.publish": 1 },
    /** A call of a batch that is completed is listed: the table writes its index. */
    list: { "lists.entry": 1 },
  },
  timers: {
    settle: { ...reduced, "bus.publish": 1 },
    /** The deadline of a dial group, and each of its calls with a delivery attempt. */
    deadlines: { "deliveries.deliveryAttempted": 1 },
    heard: { "deliveries.deliveryAttempted each": 1 },
    /** A call whose end was not recorded: the carrier is asked, and the call closed. */
    overdue: {
      "deliveries.deliveryAttempted each": 1,
      ...reduced,
      "rate.reserve": 1,
      "carrier.findCall": 1,
      "bus.publish": 1,
    },
    /** A call that was given back, and is dialed under another claim by now. */
    superseded: { "deliveries.deliveryAttempted each": 1, "calls.state": 1 },
    /** A hundred calls of a batch that is over, and each that is still queued. */
    sweep: {
      "batches.find": 1,
      "batches.end": 1,
      "loops.read": 1,
      "checkpoints.get": 1,
      "checkpoints.advance": 1,
      "timers.send": 1,
      "calls.find": 1,
    },
    swept: { "calls.find each": 1, ...reduced, "timers.send": 1, "lists.entry": 1, "bus.publish": 1 },
    /** Whether every call of a batch has its result: not yet, or it is announced. */
    countAgain: { ...counted, "timers.send": 1, "checkpoints.get": 1, "checkpoints.advance": 1 },
    count: { ...counted, "bus.publish": 1 },
  },
  /** A result is delivered: at once, or from the queue of later attempts. */
  first: { deliver: { ...delivered, "bulkhead.tryAcquire": 1 } },
  later: { redeliver: delivered },
} as const satisfies Record<FunctionName, Record<string, Readonly<Partial<Record<Operation, number>>>>>;

export type StepName = { [Name in FunctionName]: keyof (typeof STEPS)[Name] }[FunctionName];

const BY_NAME = new Map(
  Object.entries(STEPS).flatMap(([name, steps]) =>
    Object.entries(steps).map(([step, operations]) => [step, { function: name as FunctionName, operations }] as const),
  ),
);
export const STEP_NAMES = [...BY_NAME.keys()] as readonly StepName[];

/** Whose step it is, and every operation of it with how often it occurs. */
export function stepOf(name: StepName) {
  const step = BY_NAME.get(name);
  if (step === undefined) throw new RangeError(name);
  return { function: step.function, operations: Object.entries(step.operations) as [Operation, number][] };
}

/** What one operation is as requests to AWS. None for what goes to the carrier or to a customer. */
export interface Requests {
  readonly commands: readonly string[];
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

const outside: Requests = { commands: [] };
const send: Requests = { commands: ["SendMessage"] };
const get: Requests = { commands: ["GetItem"], readUnits: 1 };
/** Of what may be a little behind: not consistent. */
const cheapGet: Requests = { commands: ["GetItem"], readUnits: 0.5 };
const put: Requests = { commands: ["PutItem"], writeUnits: 1 };
const update: Requests = { commands: ["UpdateItem"], writeUnits: 1 };

/** Units are those of a call of ordinary length: a prompt of 160 characters, and a credential with an RSA signature. */
export const REQUESTS = {
  "owners.ownerOf": get,
  "loops.read": get,
  "loops.write": update,
  "loops.arrive": update,
  "waiting.add": { commands: ["PutItem"], writeUnits: 2 },
  /** Of one call. */
  "waiting.list": { commands: ["Query"], readUnits: 1 },
  "waiting.remove": { commands: ["DeleteItem"], writeUnits: 2 },
  "batches.add": { commands: ["PutItem"], writeUnits: 2 },
  "batches.find": get,
  "batches.end": { commands: ["UpdateItem"], writeUnits: 2 },
  "lists.entry": { commands: [], writeUnits: 1 },
  /** Of thirty calls. */
  "lists.finishedOf": { commands: ["Query"], readUnits: 0.5 },
  "checkpoints.get": get,
  "checkpoints.advance": update,
  /** 25 calls at the most. */
  "calls.add": { commands: ["BatchWriteItem"] },
  "calls.add each": { commands: [], writeUnits: 1 },
  /** 50 calls at the most. */
  "calls.find": { commands: ["BatchGetItem"] },
  "calls.find each": { commands: [], readUnits: 2 },
  "calls.spec": cheapGet,
  "calls.state": get,
  "calls.save": put,
  "deliveries.read": get,
  /** 100 calls at the most. */
  "deliveries.deliveryAttempted": { commands: ["BatchGetItem"] },
  "deliveries.deliveryAttempted each": { commands: [], readUnits: 0.5 },
  "deliveries.add": update,
  "rate.reserve": { commands: ["GetItem", "UpdateItem"], readUnits: 1, writeUnits: 1 },
  "bulkhead.tryAcquire": cheapGet,
  "bus.publish": { commands: ["PutEvents"] },
  "dial.send": send,
  /** Ten messages at the most. */
  "dial.sendAll": { commands: ["SendMessageBatch"] },
  "timers.send": send,
  "carrier.placeCall": outside,
  "carrier.findCall": outside,
  "sender.send": outside,
} as const satisfies Record<string, Requests>;

export type Operation = keyof typeof REQUESTS;

/** Bytes in the table, rounded up to 100: what a call leaves, and a loop with as many batches as there can be. */
export const ITEM_BYTES = { spec: 800, state: 800, callback: 200 } as const;
export const LOOP_BYTES = { one: 400, most: 4_900 } as const;
