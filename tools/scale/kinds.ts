import { DEFAULT_CALLS_PER_SECOND } from "@promptcall/core/dialing/loop";
import { EVERYBODY } from "./people.ts";
import type { Asked } from "./play.ts";

const FAST = 30;

interface Kind {
  readonly name: string;
  readonly callsPerSecond: number;
  readonly requests: readonly Asked[];
}

const singles = (of: (index: number) => Pick<Asked, "afterMs" | "application">) =>
  Array.from({ length: EVERYBODY }, (_, index) => ({ calls: 1, ...of(index) }));

/** How calls can come. A call that came alone is dialed now where nothing of its application waits. */
export const KINDS: readonly Kind[] = [
  {
    name: "single, dialed now",
    callsPerSecond: DEFAULT_CALLS_PER_SECOND,
    requests: singles((index) => ({ afterMs: 0, application: `application-${index}` })),
  },
  {
    name: "single, waits, 3/s",
    callsPerSecond: DEFAULT_CALLS_PER_SECOND,
    // A little faster than they are dialed.
    requests: singles((index) => ({ afterMs: index * 300, application: "application" })),
  },
  ...[DEFAULT_CALLS_PER_SECOND, FAST].map((callsPerSecond) => ({
    name: `of a batch, ${callsPerSecond}/s`,
    callsPerSecond,
    requests: [{ afterMs: 0, application: "application", calls: 3 * EVERYBODY }],
  })),
];
