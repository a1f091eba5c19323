import { randomUUID } from "node:crypto";
import type { LocalOptions } from "@promptcall/local/local";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReceivedResult } from "../../tools/demo/customer.ts";
import { Inbox } from "../../tools/demo/inbox.ts";
import { PEOPLE } from "../../tools/demo/people.ts";
import { type CrashPoint, crashPoints, done, effectName, nameOf, type Work, workOf } from "./crash-points.ts";
import { type Harness, startHarness } from "./harness.ts";

type Report = Parameters<NonNullable<LocalOptions["onInvocation"]>>[0];

/** Which work is crashed in calls to whom: what the others make happen is the same as with 00, but for these. */
const SCENES: readonly { ending: string; kinds: RegExp; learnedFrom: number }[] = [
  { ending: "00", kinds: /^(api|webhooks|reducer|dispatcher)/, learnedFrom: 8 },
  // The first step of a loop. What is dialed outside of steps is not where its function has to be started.
  { ending: "02", kinds: /^dialer tick 0$/, learnedFrom: 4 },
  { ending: "01", kinds: /^(webhooks digits|reducer call.digits)$/, learnedFrom: 4 },
  { ending: "04", kinds: /^(reducer call.status completed|timers settle)$/, learnedFrom: 4 },
  { ending: "05", kinds: /^reducer call.status (busy|completed)$/, learnedFrom: 4 },
  // Nobody writes at the same time as its deadline.
  { ending: "09", kinds: /^timers deadline$/, learnedFrom: 1 },
];

/** A race with another writer can make work shorter or longer than it was when it was learned: then another call is made. */
const TRIES = 10;
/** Calls that have a time wait in their loop until then. */
const AHEAD_MS = 1_500;
/** Two visibilities and a deadline come to less. Where no function dies and no result comes for so long, they are missing. */
const SILENCE_MS = 180_000;
/** However busy the processors are. */
const TIMEOUT_MS = 900_000;
const LANES = 4;
/** Where a crash takes long to be made good, first. */
const RANKS = ["dialer", "dispatcher", "reducer", "webhooks", "api"];

/** Numbers by the loop that their calls wait in. */
const owners = new Map<string, string>();

/** Each in an application of its own: one application's crashes must not count against another's customer. */
async function postAs({ account, post }: Harness, to: string): Promise<string> {
  const applicationId = randomUUID();
  owners.set(`app:${applicationId}`, to);
  for (let refusals = 0; ; refusals += 1)
    try {
      const times = to.endsWith("02") ? { send_at: new Date(Date.now() + AHEAD_MS).toISOString() } : {};
      return await post({ to, app_id: applicationId, private_key: account.pem, ...times });
    } catch (error) {
      // On busy processors, the api may take too long to ask the carrier about the new credential.
      if (refusals === TRIES || !/was answered 429|credential_not_checked/.test(String(error))) throw error;
    }
}

/**
 * Calls everybody once or more, unharmed, and notes what each kind of work asks of the outside, where it asks least: where
 * it met another writer it asks twice. The calls of one person come one after the other, so that not all meet the same rush.
 */
async function learn(): Promise<CrashPoint[]> {
  const learned = new Map<string, readonly string[]>();
  const endings = new Map<string, string>();
  const seen: (Work & { effects: readonly string[] })[] = [];
  const harness = await startHarness({
    // The deadline comes after the settle time, but not long after.
    speed: 40,
    local: {
      largestBatch: 1,
      quietQueues: true,
      onInvocation: (report) => seen.push({ ...workOf(report), effects: report.effects.map(effectName) }),
    },
  });
  await Promise.all(
    SCENES.map(async ({ ending, learnedFrom }) => {
      for (let nth = 1; nth <= learnedFrom; nth += 1) {
        const number = `447700000${nth}${ending}`;
        endings.set(number, ending);
        const tid = await postAs(harness, number);
        endings.set(tid, ending);
        await harness.customer.results.first(tid);
      }
    }),
  );
  await harness.stop();
  for (const { kind, tid, number, owner = "", effects } of seen) {
    // Copies of a step ask for nothing, and a request that is refused for less than one that is accepted.
    if (kind.startsWith("dialer") && !effects.includes("POST /v1/calls")) continue;
    if (kind === "api" && !effects.includes("SendMessage")) continue;
    const key = `${endings.get(tid ?? number ?? owners.get(owner) ?? "")}|${kind}`;
    if (effects.length < (learned.get(key)?.length ?? Number.POSITIVE_INFINITY)) learned.set(key, effects);
  }
  return SCENES.flatMap(({ ending, kinds }) =>
    [...learned].flatMap(([key, effects]) => {
      const [person, kind = ""] = key.split("|");
      return person === ending && kinds.test(kind) ? crashPoints({ ending, kind, effects }) : [];
    }),
  );
}

const plans = new Map<string, CrashPoint>();
const posting = new Set<Promise<unknown>>();
/** Numbers by tid. */
const accepted = new Inbox<string>();
const orphans = new Set<string>();
/** The invocation that was to crash, by number; the ones that were not to, by message; results by number. */
const crashed = new Inbox<Report>();
const recovered = new Inbox<Report>();
const results = new Inbox<ReceivedResult>();
const planned = new Map<unknown, string>();
const silence = Promise.withResolvers<void>();
const patience = setTimeout(silence.resolve, SILENCE_MS);

/** A call may be on its way before its tid has come back; and where the api died, that never comes. */
async function numberOf({ number, tid = "", owner = "" }: Work): Promise<string | undefined> {
  if (owners.has(owner)) return owners.get(owner);
  if (number !== undefined || orphans.has(tid)) return number;
  if (accepted.all(tid).length === 0) await Promise.race([accepted.first(tid), Promise.allSettled(posting)]);
  const [known] = accepted.all(tid);
  if (known === undefined) orphans.add(tid);
  return known;
}

const local: NonNullable<Parameters<typeof startHarness>[0]>["local"] = {
  largestBatch: 1,
  // What a crash holds up has to come again in time where AWS takes its time, too.
  quietQueues: true,
  async crashes(invocation) {
    const work = workOf(invocation);
    const number = await numberOf(work);
    const point = number === undefined ? undefined : plans.get(number);
    if (number === undefined || point?.kind !== work.kind) return undefined;
    plans.delete(number);
    planned.set(invocation.event, number);
    return point;
  },
  onInvocation(report) {
    const number = planned.get(report.event);
    const { messageId } = workOf(report);
    if (number !== undefined) {
      patience.refresh();
      crashed.put(number, report);
    } else if (messageId !== undefined && report.outcome === "succeeded") recovered.put(messageId, report);
  },
};

let points: CrashPoint[];
let harness: Harness;
beforeAll(async () => {
  const answer = (received: ReceivedResult) => {
    patience.refresh();
    results.put(received.parameters.to ?? "", received);
    return 200;
  };
  [points, harness] = await Promise.all([learn(), startHarness({ speed: 10, local, answer })]);
}, 120_000);
afterAll(() => harness.stop());

let calls = 0;

async function post(number: string): Promise<boolean> {
  const answer = postAs(harness, number);
  posting.add(answer);
  try {
    accepted.put(await answer, number);
    return true;
  } catch (error) {
    if (!/was answered 5/.test(String(error))) throw error;
    return false;
  } finally {
    posting.delete(answer);
  }
}

interface Row {
  readonly number: string;
  readonly accepted: boolean;
  /** What was done when it died: what a function remembers for a second makes it less or more than was learned. */
  readonly was: readonly string[];
}

interface Run {
  /** By the name of the crash point, the call that crashed there. */
  readonly rows: Map<string, Row>;
  readonly ends: Promise<unknown>[];
}

/** Makes a call that crashes there, and waits until it has; then makes sure that what comes of it is waited for. */
async function crashAt(point: CrashPoint, { rows, ends }: Run): Promise<void> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    calls += 1;
    const number = `44770${String(calls).padStart(5, "0")}${point.ending}`;
    plans.set(number, point);
    const isAccepted = await post(number);
    // Accepted only when its time had come, it is dialed outside of a step: then its result comes, and the step never does.
    const undied = workIn(point) === "dialer" ? [results.first(number).then(() => undefined)] : [];
    const report = await Promise.race([crashed.first(number), ...undied]);
    if (report?.outcome !== "crashed") continue;
    const was = done({ ...point, effects: report.effects.map(effectName) });
    rows.set(nameOf(point), { number, accepted: isAccepted, was });
    const { messageId } = workOf(report);
    if (messageId !== undefined) ends.push(recovered.first(messageId));
    if (expectedOf(point, was).result !== undefined) ends.push(results.first(number));
    return;
  }
}

/** All of them, the slowest first, and no more at a time than leave the queues short: a test of crashes, not of load. */
async function crashEverywhere(run: Run): Promise<void> {
  const slow = points.filter(({ kind }) => kind.startsWith("timers"));
  const others = points.filter((point) => !slow.includes(point));
  const left = others.toSorted((one, other) => RANKS.indexOf(workIn(one)) - RANKS.indexOf(workIn(other))).values();
  const lane = async () => {
    for (const point of left) await crashAt(point, run);
  };
  const waiting = slow.map((point) => crashAt(point, run));
  await Promise.allSettled(posting);
  await Promise.all([...waiting, ...Array.from({ length: LANES }, lane)]);
  await Promise.all(run.ends);
  // What the last of them still led to is through once a call made after it is.
  const last = "447709999900";
  await post(last);
  await results.first(last);
}

function workIn({ kind }: CrashPoint): string {
  return kind.split(" ")[0] ?? "";
}

interface Expected {
  readonly accepted: boolean;
  readonly result: string | undefined;
  readonly deliveries: number;
  readonly dials: number;
}

function expectedOf(point: CrashPoint, was: readonly string[]): Expected {
  const outcome = PEOPLE.find(({ ending }) => ending === point.ending)?.outcome;
  const result = outcome?.status === "error" ? `error ${outcome.reason}` : outcome?.status;
  const usual = { accepted: true, result, deliveries: 1, dials: 1 };
  switch (workIn(point)) {
    case "api":
      // Once it is queued it will be made, whatever the customer was answered.
      if (was.includes("SendMessage")) return { ...usual, accepted: false };
      return { accepted: false, result: undefined, deliveries: 0, dials: 0 };
    case "dialer":
      return usual;
    case "webhooks":
      // A function that dies is a 502, after which the carrier does not ask again what to say next, and hangs up.
      // That the PIN was right is known all the same, once it was published.
      if (point.kind === "webhooks digits" && !(point.ending === "00" && was.includes("PutEvents")))
        return { ...usual, result: "error hung_up" };
      return usual;
    case "dispatcher":
      // Nobody else can know whether the customer was sent it: the same result once more.
      if (was.includes("POST /result") && writesAfterSending(was) < writesAfterSending(point.effects))
        return { ...usual, deliveries: expect.toBeOneOf([1, 2]) };
      return usual;
    default:
      return usual;
  }
}

/** The last of them records the attempt. */
function writesAfterSending(effects: readonly string[]): number {
  return effects.slice(effects.indexOf("POST /result")).filter((effect) => effect === "UpdateItem").length;
}

/** A claim that was under way when its step died may have been written: then nobody else can know whether the carrier was asked. */
function mayBeUnknown(point: CrashPoint, was: readonly string[]): boolean {
  return workIn(point) === "dialer" && !was.includes("POST /v1/calls");
}

const UNKNOWN: Expected = { accepted: true, result: "error dial_unknown", deliveries: 1, dials: 0 };

function observed({ number, accepted }: Row): Expected {
  const received = results.all(number);
  const contents = new Set(received.map(({ parameters: { status, reason } }) => [status, reason].join(" ").trim()));
  const dials = Object.values(harness.system.sim.requests()[number] ?? {}).reduce((sum, times) => sum + times, 0);
  return {
    accepted,
    result: received.length === 0 ? undefined : [...contents].join(" and "),
    deliveries: received.length,
    dials,
  };
}

it(
  "ends every accepted call in one right result, and calls nobody twice, wherever a function dies",
  async () => {
    const rows = new Map<string, Row>();
    patience.refresh();
    await Promise.race([crashEverywhere({ rows, ends: [] }), silence.promise]);
    clearTimeout(patience);

    const seen = Object.fromEntries([...rows].map(([name, row]) => [name, observed(row)]));
    const expected = points.map((point) => {
      const was = rows.get(nameOf(point))?.was ?? done(point);
      const isUnknown = mayBeUnknown(point, was) && seen[nameOf(point)]?.dials === 0;
      return [nameOf(point), isUnknown ? UNKNOWN : expectedOf(point, was)];
    });
    expect(seen).toEqual(Object.fromEntries(expected));
    expect(points.length).toBeGreaterThan(90);
    const dialed = harness.system.sim.calls().map(({ to }) => to);
    expect(new Set(dialed).size).toBe(dialed.length);
  },
  TIMEOUT_MS,
);
