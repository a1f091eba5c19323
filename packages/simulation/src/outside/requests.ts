import type { Hours } from "@promptcall/core/contracts/hours";
import type { Priority } from "@promptcall/core/contracts/priority";
import type { Scenario } from "../scenario.ts";
import type { Outage } from "../world/outages.ts";
import type { Random } from "../world/random.ts";
import { type Ask, askAt } from "./asked.ts";
import type { Person } from "./person.ts";
import { type Retry, retryAt } from "./redials.ts";
import { priorityAt, priorityOfRow } from "./urgency.ts";

/** One call that a customer asked for. */
export interface RequestedCall {
  readonly number: string;
  readonly person: Person;
  /** The kind of credential of its request. */
  credential?: CredentialKind;
  /** What is asked of the person; a PIN, where it is not said. */
  ask?: Ask;
  /** The machine detection that was requested. */
  detection?: "continue" | "hangup";
  /** Whether its result is asked for, and sent nowhere. */
  isWithoutCallback?: true;
  /** When it may be dialed. */
  hours?: Hours;
  /** How urgent it is; normal, where it is not said. */
  priority?: Priority;
  /** Whether the person may be called again. */
  retry?: Retry;
  /** When the customer learned that a live call is not dialed again. */
  lastDialMs?: number;
  /** The tid, once the customer knows it: from then on the call is a promise. */
  tid?: string;
  /** The earliest time to dial it; epoch ms. */
  notBeforeMs?: number;
  /** Whether the customer has tried to cancel it. */
  isCancelled?: boolean;
  /** The pauses of its batch that were confirmed to the customer. */
  pauses?: { readonly fromMs: number; untilMs: number }[];
  /** When the customer learned that it is cancelled, and whether its batch is. */
  cancelled?: { readonly atMs: number; readonly isOfBatch: boolean };
}

/** One request of a customer: a call or a batch. */
export interface Request {
  readonly calls: readonly RequestedCall[];
  readonly isBatch: boolean;
  readonly atMs: number;
  /** Who asks; each has a pace of its own. */
  readonly application: string;
  /** How far ahead the dial window starts; at once when undefined. */
  readonly aheadSeconds: number | undefined;
  /** With a key the request is repeated until it is answered, and perhaps once more. */
  readonly idempotencyKey: string | undefined;
  /** Whether it is repeated however long it takes. */
  readonly isPatient: boolean;
  readonly credential: CredentialKind;
  readonly detection: "continue" | "hangup" | undefined;
  /** Whether it names an address for its results. */
  readonly hasCallback: boolean;
  readonly ask?: Ask;
  /** The hours within which it may be dialed, by the clocks of its number. */
  readonly hours: Hours | undefined;
  readonly retry?: Retry | undefined;
  /** The length of what is said, in characters. */
  readonly length: number;
  readonly cancelling: Cancelling | undefined;
  readonly pausing: Pausing | undefined;
}

/** Valid long enough, valid too briefly, refused once it was accepted, or with a forged signature. */
export type CredentialKind = "good" | "short" | "withdrawn" | "forged";

export interface Cancelling {
  /** After the answer. */
  readonly afterMs: number;
  /** Or at this time, if later; epoch ms. */
  readonly atMs: number | undefined;
  readonly withCredential: boolean;
  readonly times: 1 | 2;
}

const BATCH = { share: 0.07, smallest: 2 };
const AHEAD = { share: { call: 0.1, batch: 0.3 }, shortestSeconds: 1, longestSeconds: [60, 7_200, 43_200, 43_200] };
const KEY_SHARE = 0.5;
/** One in so many asks for its results, and names no address for them. */
const WITHOUT_CALLBACK = 10;
const CANCELLED_SHARE = { call: 0.08, batch: 0.5, hasty: 0.5 };
const HASTE_MS = 500;

/** A batch is paused, and resumed later. */
export interface Pausing {
  readonly afterMs: number;
  readonly forMs: number;
  readonly times: 1 | 2;
}

const PAUSED_SHARE = 0.5;

/** Where all numbers are: an hour ahead of UTC, in winter. */
export const ZONE = "Europe/Berlin";
const AHEAD_OF_UTC_MINUTES = 60;

const HOURS_SHARE = { call: 0.1, batch: 0.5 };
/** They begin within the hour that a call is wanted for, or have begun and end within minutes. */
const OPENS_MINUTES = [-600, -60, 1, 5, 20, 50];
const OPEN_MINUTES = [2, 60, 601];

/** Requests this close to the start of an outage are hit by it. */
const JUST_MS = 20_000;
const CREDENTIALS: readonly CredentialKind[] = [...new Array(18).fill("good"), "short", "withdrawn", "forged"];
/** Up to the longest that the carrier says. */
const LENGTHS = [20, 100, 100, 400, 1_500];
export const APPLICATIONS = ["application-1", "application-2"];

/** The share of requests that come at about one time. */
const RUSH = { share: 0.7, lengthMs: 1_000 };

/** Groups the calls into requests, single ones and batches. */
export function requestsOf(
  asked: readonly RequestedCall[],
  {
    random,
    scenario,
    outages,
    startMs,
  }: { random: Random; scenario: Scenario; outages: readonly Outage[]; startMs: number },
): readonly Request[] {
  const requests: Request[] = [];
  const { durationMs, largestBatch, areHasty, arePatient } = scenario;
  // The rush is often placed just before an outage.
  const outage = random.chance(0.5) ? outages[0] : undefined;
  const rushMs = outage
    ? Math.max(0, outage.fromMs - startMs - random.between(0, JUST_MS))
    : random.between(0, durationMs);
  for (let next = 0; next < asked.length; ) {
    const isBatch = random.chance(BATCH.share);
    const size = isBatch ? Math.round(random.between(BATCH.smallest, largestBatch)) : 1;
    const isAhead = random.chance(isBatch ? AHEAD.share.batch : AHEAD.share.call);
    const aheadSeconds = isAhead ? random.between(AHEAD.shortestSeconds, random.pick(AHEAD.longestSeconds)) : undefined;
    const isRush = random.chance(RUSH.share);
    const calls = asked.slice(next, next + size);
    const credential = random.pick(CREDENTIALS);
    const detection = random.pick([undefined, undefined, "continue", "hangup"] as const);
    const hasCallback = (requests.length + 1) % WITHOUT_CALLBACK !== 0;
    const ask = askAt(calls[0]?.number);
    const retry = retryAt(calls[0]?.number);
    const atMs = isRush ? rushMs + random.between(0, RUSH.lengthMs) : random.between(0, durationMs);
    const wantedMs = startMs + atMs + (aheadSeconds ?? 0) * 1_000;
    const hours = anyHours({ isBatch, wantedMs }, random);
    const first = calls[0]?.number ?? "";
    for (const call of calls)
      Object.assign(call, {
        priority: isBatch ? priorityOfRow(call.number, { first }) : priorityAt(first),
        credential,
        ask,
        ...(detection && { detection }),
        ...(hours && { hours }),
        ...(retry && { retry }),
        ...(!hasCallback && { isWithoutCallback: true }),
      });
    requests.push({
      calls,
      isBatch,
      atMs,
      hours,
      retry,
      application: random.pick(APPLICATIONS),
      aheadSeconds,
      idempotencyKey: arePatient || random.chance(KEY_SHARE) ? random.uuid() : undefined,
      isPatient: arePatient,
      credential,
      detection,
      hasCallback,
      ask,
      length: random.pick(LENGTHS),
      cancelling: anyCancelling({ isBatch, areHasty, aheadSeconds, outages }, random),
      pausing: isBatch ? anyPausing({ aheadSeconds }, random) : undefined,
    });
    next += size;
  }
  return requests;
}

function anyHours({ isBatch, wantedMs }: { isBatch: boolean; wantedMs: number }, random: Random): Hours | undefined {
  if (!random.chance(isBatch ? HOURS_SHARE.batch : HOURS_SHARE.call)) return undefined;
  const minutes = (Math.floor(wantedMs / 60_000) + AHEAD_OF_UTC_MINUTES) % 1_440;
  const from = Math.min(1_438, Math.max(0, minutes + random.pick(OPENS_MINUTES)));
  const to = Math.min(1_440, Math.max(from, minutes) + random.pick(OPEN_MINUTES));
  return { from: clock(from), to: clock(to) };
}

const clock = (minutes: number) =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");

/** Some pauses begin before the batch does, and outlast its start: once, or it would expire. */
function anyPausing({ aheadSeconds = 0 }: { aheadSeconds: number | undefined }, random: Random): Pausing | undefined {
  if (!random.chance(PAUSED_SHARE)) return undefined;
  const afterMs = random.between(0, random.pick([2_000, 30_000]));
  const startsMs = random.chance(0.75) ? aheadSeconds * 1_000 : 0;
  const forMs = startsMs + random.between(0, random.pick([2_000, 60_000, 600_000]));
  return { afterMs, forMs, times: startsMs > 0 ? 1 : random.pick([1, 2]) };
}

/** Cancelled at once, while it waits, or when it is long over. */
function anyCancelling(
  {
    isBatch,
    areHasty,
    aheadSeconds = 0,
    outages,
  }: { isBatch: boolean; areHasty: boolean; aheadSeconds: number | undefined; outages: readonly Outage[] },
  random: Random,
): Cancelling | undefined {
  const { hasty, batch, call } = CANCELLED_SHARE;
  if (!random.chance(areHasty ? hasty : isBatch ? batch : call)) return undefined;
  const longestMs = areHasty ? HASTE_MS : random.pick([2_000, 30_000, 120_000, (aheadSeconds + 60) * 1000]);
  const afterMs = random.between(0, longestMs);
  const outage = outages.length > 0 && random.chance(0.5) ? random.pick(outages) : undefined;
  const atMs = outage && random.between(outage.fromMs - JUST_MS, outage.fromMs + JUST_MS);
  return { afterMs, atMs, withCredential: random.chance(0.5), times: random.chance(0.3) ? 2 : 1 };
}
