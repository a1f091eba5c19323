import { DEFAULT_CALLS_PER_SECOND } from "@promptcall/core/dialing/loop";
import type { Random } from "./world/random.ts";

/** Agreed paces, and the largest batch at each. Where batches are small, many calls come alone. */
const PACES: readonly { readonly callsPerSecond: number; readonly largestBatch: number }[] = [
  { callsPerSecond: DEFAULT_CALLS_PER_SECOND, largestBatch: 40 },
  { callsPerSecond: DEFAULT_CALLS_PER_SECOND, largestBatch: 40 },
  { callsPerSecond: DEFAULT_CALLS_PER_SECOND, largestBatch: 400 },
  { callsPerSecond: 30, largestBatch: 2_000 },
  { callsPerSecond: 120, largestBatch: 40 },
  { callsPerSecond: 120, largestBatch: 5_000 },
];

export const AGREED_PACES: readonly number[] = [...new Set(PACES.map(({ callsPerSecond }) => callsPerSecond))];

/** What varies between histories. */
export interface Scenario {
  readonly callsPerSecond: number;
  readonly largestBatch: number;
  /** Whether the applications share an account, and whether we know. */
  readonly account: "apart" | "known" | "unknown";
  /** Whether customers change their mind as soon as they are answered, and many of them do. */
  readonly areHasty: boolean;
  /** Whether whoever asks with a key goes on until there is an answer, and everybody has a key. */
  readonly arePatient: boolean;
  /** How often the carrier refuses a call without reason, as a share of what the level of faults says. */
  readonly refusals: number;
  /** In which all requests are made. */
  readonly durationMs: number;
}

const ACCOUNTS = ["apart", "apart", "apart", "known", "unknown"] as const;

const HASTY_SHARE = 0.2;
const PATIENT_SHARE = 0.3;

/**
 * A history of so many calls shows that much goes through all at once. So nobody gives up, as half of those who ask would
 * under heavy faults, and the carrier refuses too few calls for the pace to be slowed: else nearly all of them expired.
 */
const LARGE = 5_000;
const REFUSALS_OF_LARGE = 0.2;

/** The load, as a share of the agreed pace. */
const USUAL_LOAD = 0.9;

export function anyScenario(
  random: Random,
  { calls, callsPerSecond }: { calls: number; callsPerSecond: number | undefined },
): Scenario {
  const agreed = random.pick(
    PACES.filter((pace) => callsPerSecond === undefined || pace.callsPerSecond === callsPerSecond),
  );
  return {
    ...agreed,
    account: random.pick(ACCOUNTS),
    areHasty: calls < LARGE && random.chance(HASTY_SHARE),
    arePatient: calls >= LARGE || random.chance(PATIENT_SHARE),
    refusals: calls >= LARGE ? REFUSALS_OF_LARGE : 1,
    durationMs: (calls * 1000) / (agreed.callsPerSecond * USUAL_LOAD),
  };
}
