import { stepOf } from "@promptcall/core/pace";

/** The most calls that one invocation of the dialer dials together. */
const MOST_TOGETHER = 30;

export interface Lane {
  readonly next: number;
  readonly until: number;
  readonly end: number;
  readonly lanes: number;
}

/** A batch is dialed in as many lanes as its pace needs, each a message of its own with an equal share of the calls. */
export function lanesOf({ count, callsPerSecond }: { count: number; callsPerSecond: number }): Lane[] {
  const { calls } = stepOf({ callsPerSecond });
  const lanes = Math.min(Math.ceil(calls / MOST_TOGETHER), count);
  const together = Math.max(1, Math.floor(calls / lanes));
  return Array.from({ length: lanes }, (_, lane) => {
    const next = Math.floor((count * lane) / lanes);
    const end = Math.floor((count * (lane + 1)) / lanes);
    return { next, until: Math.min(next + together, end), end, lanes };
  });
}
