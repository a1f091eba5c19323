import type { Outage } from "./outages.ts";
import type { Person } from "./person.ts";
import type { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";

/** One call that a customer asked for. */
export interface Asked {
  readonly number: string;
  readonly person: Person;
  /** With what it is asked for. */
  credential?: CredentialKind;
  /** What becomes of it where a machine answers; nobody looks for one where this is left out. */
  detection?: "continue" | "hangup";
  /** The tid, once the customer has heard it: from then on the call is a promise. */
  tid?: string;
  /** When it is to be dialed at the earliest; epoch ms. */
  notBeforeMs?: number;
  /** Whether the customer has tried to cancel it. */
  isCancelled?: boolean;
  /** From when until when its batch is paused, as the customer has heard. */
  pauses?: { readonly fromMs: number; untilMs: number }[];
  /** When the customer heard that it is cancelled, or is being cancelled among so many. */
  cancelled?: { readonly atMs: number; readonly among: number };
}

/** What a customer asks for at once: one call, or a batch of them. */
export interface Request {
  readonly calls: readonly Asked[];
  readonly isBatch: boolean;
  readonly atMs: number;
  /** Who asks; each has a pace of its own. */
  readonly application: string;
  /** How far ahead it is to be dialed; at once when undefined. */
  readonly aheadSeconds: number | undefined;
  /** Under which it is asked again until it is answered, and perhaps once more; without one it is asked once. */
  readonly idempotencyKey: string | undefined;
  readonly credential: CredentialKind;
  readonly detection: "continue" | "hangup" | undefined;
  /** The length of what is said, in characters. */
  readonly length: number;
  readonly cancelling: Cancelling | undefined;
  readonly pausing: Pausing | undefined;
}

/** Good for as long as it takes, or for a while only, or signed by somebody else. */
export type CredentialKind = "good" | "short" | "forged";

export interface Cancelling {
  /** After the answer. */
  readonly afterMs: number;
  /** Or at this time, if it has been answered by then; epoch ms. */
  readonly atMs: number | undefined;
  readonly withCredential: boolean;
  readonly times: 1 | 2;
}

const BATCH = { share: 0.07, smallest: 2 };
const AHEAD = { share: { call: 0.1, batch: 0.3 }, shortestSeconds: 1, longestSeconds: [60, 7_200, 43_200, 43_200] };
const KEY_SHARE = 0.5;
const CANCELLED_SHARE = { call: 0.08, batch: 0.5, hasty: 0.5 };
const HASTE_MS = 500;

/** A batch is paused, and resumed later. */
export interface Pausing {
  readonly afterMs: number;
  readonly forMs: number;
  readonly times: 1 | 2;
}

const PAUSED_SHARE = 0.3;

/** So long before a service goes down, or after, what is asked of it is not yet done. */
const JUST_MS = 20_000;
const CREDENTIALS: readonly CredentialKind[] = [...new Array(18).fill("good"), "short", "forged"];
/** Up to the longest that the carrier says. */
const LENGTHS = [20, 100, 100, 400, 1_500];
export const APPLICATIONS = ["application-1", "application-2"];

/** How many of the requests come at about one time, which is more at once than the carrier takes. */
const RUSH = { share: 0.7, lengthMs: 1_000 };

/** Every call in a request, some by themselves and some in batches. */
export function requestsOf(
  asked: readonly Asked[],
  {
    random,
    scenario,
    outages,
    startMs,
  }: { random: Random; scenario: Scenario; outages: readonly Outage[]; startMs: number },
): readonly Request[] {
  const requests: Request[] = [];
  const { durationMs, largestBatch, areHasty } = scenario;
  // What has just been accepted is what an outage meets most of.
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
    for (const call of calls) Object.assign(call, { credential, ...(detection && { detection }) });
    requests.push({
      calls,
      isBatch,
      atMs: isRush ? rushMs + random.between(0, RUSH.lengthMs) : random.between(0, durationMs),
      application: random.pick(APPLICATIONS),
      aheadSeconds,
      idempotencyKey: random.chance(KEY_SHARE) ? random.uuid() : undefined,
      credential,
      detection,
      length: random.pick(LENGTHS),
      cancelling: anyCancelling({ isBatch, areHasty, aheadSeconds, outages }, random),
      pausing: isBatch ? anyPausing(random) : undefined,
    });
    next += size;
  }
  return requests;
}

function anyPausing(random: Random): Pausing | undefined {
  if (!random.chance(PAUSED_SHARE)) return undefined;
  const afterMs = random.between(0, random.pick([2_000, 30_000]));
  return { afterMs, forMs: random.between(0, random.pick([2_000, 60_000, 600_000])), times: random.pick([1, 2]) };
}

/** At once, or while it waits, or when it is long over. */
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
