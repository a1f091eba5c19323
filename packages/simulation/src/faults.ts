/** A slow request, and a slow answer to it, take longer than a step. */
export const SLOWEST_MS = 2_000;

/** Probabilities, each of one thing going wrong once. Durations in seconds. */
export interface Faults {
  /** A process dies over something that it asks for, before that is done or after: it never hears of anything again. */
  readonly crash: number;
  /** A service refuses for now. */
  readonly throttle: number;
  /** So many processes die in a history at the most. */
  readonly crashesMost: number;
  /** The way to a service takes seconds, or the way back. */
  readonly slowRequest: number;
  /** A request waits to be made until a step finds that no call waits: its loop may be about to rest. */
  readonly latecomer: number;
  /** The service did it, but its answer was lost and the client asks once more, or gives up. */
  readonly repeatAfterLostAnswer: number;
  readonly failAfterLostAnswer: number;

  /** The table writes some of many items, and the rest only when it is asked again. */
  readonly partialWrite: number;
  /** A read that is not consistent misses what was written just now. */
  readonly staleRead: number;
  /** What is on record of a call cannot be read, until somebody mends it. */
  readonly badRecord: number;
  /** Each service, once in a history: nobody is answered for a while. */
  readonly outage: number;

  /** A deployment is under way as the history begins. */
  readonly deployment: number;

  /** A queue hands a message over some seconds late. */
  readonly lateDelivery: number;
  readonly duplicateDelivery: number;
  /** A message that was handled is not deleted. */
  readonly lostDelete: number;
  readonly poison: number;
  readonly duplicateEvent: number;
  /** The bus takes a minute instead of a moment. */
  readonly lateEvent: number;
  /** The bus gives an event up, and puts it among the dead letters. */
  readonly undeliveredEvent: number;

  /** The carrier refuses a call for coming too fast, though it does not. */
  readonly carrierLimits: number;
  readonly carrierFailsBeforeDialing: number;
  readonly carrierFailsAfterDialing: number;
  readonly carrierSilentBeforeDialing: number;
  readonly carrierSilentAfterDialing: number;
  readonly carrierUnreachable: number;

  readonly webhookLost: number;
  /** None of a call's webhooks arrives. */
  readonly webhooksDown: number;
  readonly webhookDuplicated: number;
  readonly webhookLate: number;
  /** Somebody posts to an address that was altered. */
  readonly webhookForged: number;
  /** Somebody has learned of an address, and posts the right PIN there. Where reports can be late, nothing helps against that. */
  readonly addressKnown: number;

  /** The carrier cannot play what it is to say. */
  readonly scriptRefused: number;

  /** A customer's server that is down, for hours or for good. */
  readonly customerDown: number;
  readonly customerFlaky: number;

  /** How far the clocks of two machines may be from the true time. */
  readonly clockSkewSeconds: number;
}

const none: Faults = {
  crash: 0,
  throttle: 0,
  crashesMost: Number.POSITIVE_INFINITY,
  slowRequest: 0,
  latecomer: 0,
  repeatAfterLostAnswer: 0,
  failAfterLostAnswer: 0,
  partialWrite: 0,
  staleRead: 0,
  badRecord: 0,
  outage: 0,
  deployment: 0,
  lateDelivery: 0,
  duplicateDelivery: 0,
  lostDelete: 0,
  poison: 0,
  duplicateEvent: 0,
  lateEvent: 0,
  undeliveredEvent: 0,
  carrierLimits: 0,
  carrierFailsBeforeDialing: 0,
  carrierFailsAfterDialing: 0,
  carrierSilentBeforeDialing: 0,
  carrierSilentAfterDialing: 0,
  carrierUnreachable: 0,
  webhookLost: 0,
  webhooksDown: 0,
  webhookDuplicated: 0,
  webhookLate: 0,
  webhookForged: 0,
  addressKnown: 0,
  scriptRefused: 0,
  customerDown: 0,
  customerFlaky: 0,
  clockSkewSeconds: 0,
};

function every(probability: number, rest: Partial<Faults>): Faults {
  const faults = Object.fromEntries(Object.keys(none).map((name) => [name, probability])) as unknown as Faults;
  return { ...faults, crashesMost: Number.POSITIVE_INFINITY, ...rest };
}

export const FAULTS = {
  none,
  /** One process dies, clocks agree, queues are slow and deliver copies, and the carrier refuses some calls. */
  lone: {
    ...none,
    crash: 0.02,
    crashesMost: 1,
    lateDelivery: 0.1,
    duplicateDelivery: 0.1,
    lostDelete: 0.03,
    carrierLimits: 0.1,
  },
  /** Requests overtake each other, and nothing else goes wrong: whoever looked first may be the last to write. */
  slow: { ...none, slowRequest: 0.1, latecomer: 0.2 },
  /** Addresses are known to others, and nothing else goes wrong: what comes there first is what the person did. */
  abused: { ...none, addressKnown: 0.5 },
  mild: every(0.003, {
    crash: 0.02,
    slowRequest: 0,
    latecomer: 0,
    addressKnown: 0,
    customerDown: 0.05,
    customerFlaky: 0.05,
    carrierLimits: 0.01,
    clockSkewSeconds: 0.2,
  }),
  /** What is on record of some calls cannot be read for hours, and nothing else is wrong. */
  unreadable: { ...none, badRecord: 0.03 },
  /** A deployment is under way, of a version that writes much which cannot be read; clocks and queues are off, and the carrier is hard to reach. */
  deploying: every(0.003, {
    crash: 0.05,
    slowRequest: 0,
    latecomer: 0,
    failAfterLostAnswer: 0.03,
    deployment: 1,
    lateDelivery: 0.3,
    duplicateDelivery: 0.3,
    poison: 0.1,
    carrierUnreachable: 0.2,
    webhooksDown: 0.1,
    addressKnown: 0,
    customerDown: 0.05,
    customerFlaky: 0.05,
    clockSkewSeconds: 2,
  }),
  heavy: every(0.03, {
    crash: 0.2,
    slowRequest: 0,
    latecomer: 0,
    partialWrite: 0.2,
    staleRead: 0.3,
    badRecord: 0.01,
    outage: 0.35,
    deployment: 0.35,
    duplicateDelivery: 0.1,
    duplicateEvent: 0.1,
    lateEvent: 0.05,
    undeliveredEvent: 0.01,
    webhookLost: 0.05,
    webhookDuplicated: 0.15,
    webhookLate: 0.15,
    webhookForged: 0.1,
    addressKnown: 0,
    carrierLimits: 0.2,
    customerDown: 0.15,
    customerFlaky: 0.3,
    clockSkewSeconds: 2,
  }),
} as const satisfies Record<string, Faults>;

export type FaultLevel = keyof typeof FAULTS;
