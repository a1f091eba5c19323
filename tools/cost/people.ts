import type { LegStatus } from "@promptcall/core/contracts/leg-status";
import { DEFAULT_CALLS_PER_SECOND } from "@promptcall/core/dialing/loop";
import { DEADLINES_TOGETHER } from "./assumptions.ts";

type Report = LegStatus | "right PIN" | "wrong PIN";

/** What a person does, as the carrier reports it. The shares are assumptions. */
interface Person {
  readonly share: number;
  readonly reports: readonly Report[];
}

const ANSWERED = ["started", "ringing", "answered"] as const;
const RIGHT = "right at once";

export const PEOPLE = {
  [RIGHT]: { share: 0.65, reports: [...ANSWERED, "right PIN", "completed"] },
  "right at the second attempt": { share: 0.1, reports: [...ANSWERED, "wrong PIN", "right PIN", "completed"] },
  "wrong three times": { share: 0.05, reports: [...ANSWERED, "wrong PIN", "wrong PIN", "wrong PIN", "completed"] },
  unanswered: { share: 0.1, reports: ["started", "ringing", "unanswered", "completed"] },
  busy: { share: 0.05, reports: ["started", "busy", "completed"] },
  mailbox: { share: 0.05, reports: [...ANSWERED, "machine", "completed"] },
} as const satisfies Record<string, Person>;

/** The fewest calls among which there is each of them as often as its share says. */
const EVERYBODY = 20;
const LINE = Object.values(PEOPLE).flatMap((one) => new Array<Person>(Math.round(one.share * EVERYBODY)).fill(one));

/** The nth call's. */
export type People = (index: number) => Person;

const everybody: People = (index) => LINE[index % EVERYBODY] as Person;
const rightAtOnce: People = () => PEOPLE[RIGHT];

/** One request of a customer, for so many calls. */
interface Asked {
  readonly afterMs: number;
  readonly application: string;
  readonly calls: number;
}

/** How calls come. */
export interface Scenario {
  readonly callsPerSecond: number;
  readonly requests: readonly Asked[];
  readonly people: People;
  /** Whether the carrier is asked about each credential, as of an application that has registered no key. */
  readonly isUnknown?: boolean;
  /** How many deadlines that are due in the same second an invocation takes. */
  readonly deadlinesTogether?: number;
}

const FAST = 30;
/** Longer than deadlines are rounded up by: nothing of one meets anything of another. */
const APART_MS = 30_000;

function singles(of: { calls: number; everyMs: number; application?: string }): readonly Asked[] {
  return Array.from({ length: of.calls }, (_, index) => ({
    ...{ afterMs: index * of.everyMs, application: of.application ?? `application-${index}`, calls: 1 },
  }));
}

/** A call that came alone is dialed now where nothing of its application waits. */
function scenarios({ people, calls }: { people: People; calls: { single: number; batch: number } }) {
  const slow = { people, callsPerSecond: DEFAULT_CALLS_PER_SECOND };
  const alone = { ...slow, requests: singles({ calls: calls.single, everyMs: APART_MS }) };
  const batch = [{ afterMs: 0, application: "application", calls: calls.batch }];
  return {
    alone,
    /** A little faster than they are dialed. */
    waits: { ...slow, requests: singles({ calls: calls.single, everyMs: 300, application: "application" }) },
    slowBatch: { ...slow, requests: batch },
    fastBatch: { people, callsPerSecond: FAST, requests: batch },
    unknown: { ...alone, isUnknown: true },
    /** Each of another application. */
    fast: {
      ...slow,
      requests: singles({ calls: 3 * FAST, everyMs: 1_000 / FAST }),
      deadlinesTogether: DEADLINES_TOGETHER,
    },
  } satisfies Record<string, Scenario>;
}

const { alone, waits, slowBatch, fastBatch } = scenarios({
  people: everybody,
  calls: { single: EVERYBODY, batch: 3 * EVERYBODY },
});

/** What `docs/scale.md` shows. */
export const KINDS: readonly (Scenario & { readonly name: string })[] = [
  { name: "single, dialed now", ...alone },
  { name: "single, waits, 3/s", ...waits },
  { name: "of a batch, 3/s", ...slowBatch },
  { name: "of a batch, 30/s", ...fastBatch },
];

/** What the bench compares with its reference: everybody keys the right PIN at once. */
export const PIN_CALLS = scenarios({ people: rightAtOnce, calls: { single: EVERYBODY, batch: 10 * FAST } });
