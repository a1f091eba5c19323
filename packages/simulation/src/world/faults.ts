/** A slow request, and a slow answer to it, take longer than a step. */
export const SLOWEST_MS = 2_000;

/** The faults of a history, as probabilities. Durations are in seconds. */
export interface Faults {
  /** A process dies at one of its requests, before or after it is carried out. */
  readonly crash: number;
  /** A service throttles a request. */
  readonly throttle: number;
  /** The most processes that die in one history. */
  readonly crashesMost: number;
  /** The way to a service takes seconds, or the way back. */
  readonly slowRequest: number;
  /** A request waits to be made until a step finds that no call waits: its loop may be about to rest. */
  readonly latecomer: number;
  /** The service carried a request out, but its answer was lost: the client repeats it, or fails. */
  readonly repeatAfterLostAnswer: number;
  readonly failAfterLostAnswer: number;

  /** The table writes only some items of a batch. */
  readonly partialWrite: number;
  /** An eventually consistent read misses a recent write. */
  readonly staleRead: number;
  /** The record of a call is unreadable until it is repaired. */
  readonly badRecord: number;
  /** A service is down for a while, once in a history. */
  readonly outage: number;

  /** A deployment is under way as the history begins. */
  readonly deployment: number;

  /** A queue delivers a message some seconds late. */
  readonly lateDelivery: number;
  readonly duplicateDelivery: number;
  /** The deletion of a handled message is lost. */
  readonly lostDelete: number;
  readonly poison: number;
  readonly duplicateEvent: number;
  /** The bus delivers up to a minute late. */
  readonly lateEvent: number;
  /** The bus cannot deliver an event, which goes to the dead letters. */
  readonly undeliveredEvent: number;

  /** The carrier answers 429 without reason. */
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
  /** Somebody posts to an altered webhook address. */
  readonly webhookForged: number;
  /**
   * Somebody has learned of a webhook address, and posts the right PIN there. Where reports can be late, nothing
   * prevents that.
   */
  readonly addressKnown: number;

  /** The carrier cannot play the script. */
  readonly scriptRefused: number;

  /** A customer's server is down, for hours or for good. */
  readonly customerDown: number;
  readonly customerFlaky: number;

  /** How far clocks may deviate from the true time. */
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
  /** One process dies, clocks agree, queues are slow and duplicate messages, and the carrier refuses some calls. */
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
  slow: { ...none, slowRequest: 0.3, latecomer: 0.5 },
  /** Addresses are known to others, and nothing else goes wrong: what comes there first is what the person did. */
  abused: { ...none, addressKnown: 0.5 },
  /** Reads that may be behind are, and nothing else is wrong: nobody may notice. */
  behind: { ...none, staleRead: 0.5 },
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

/** Whether every call must come out exactly as the person did, and in time. */
export function isExact(level: FaultLevel): boolean {
  return level === "none" || level === "behind";
}
