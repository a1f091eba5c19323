import { startCloud } from "@promptcall/simulation/cloud/cloud";
import { HANDLERS } from "@promptcall/simulation/cloud/handlers";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { wiringOf } from "@promptcall/simulation/cloud/wiring";
import { History } from "@promptcall/simulation/history/history";
import type { Received } from "@promptcall/simulation/outside/customers";
import type { Durations } from "@promptcall/simulation/world/durations";
import { FAULTS } from "@promptcall/simulation/world/faults";
import { Outages } from "@promptcall/simulation/world/outages";
import { Random } from "@promptcall/simulation/world/random";
import { Scheduler } from "@promptcall/simulation/world/scheduler";
import { PIN } from "../../cost/carrier.ts";
import { bodyOf, headersOf, newCustomer, numberOf, publicKey } from "../../cost/customer.ts";

/** One request of a customer: a call, or a batch. */
export interface Request {
  readonly atMs: number;
  readonly application: string;
  readonly calls: number;
  /** Whether it is measured; others are there beside it. */
  readonly isMeasured: boolean;
}

/** Of each call, in ms of virtual time. */
export interface Latencies {
  readonly "POST to 202": number[];
  readonly "POST to dial": number[];
  readonly "digits to NCCO": number[];
  readonly "last status to callback": number[];
}

export type Step = keyof Latencies;

/** Remembers when a call is dialed, and when its result comes. */
class TimedHistory extends History {
  readonly dialedMs = new Map<string, number>();
  readonly dialsMs: number[] = [];
  readonly resultMs = new Map<string, number>();
  readonly #now: () => number;

  constructor(nowMs: () => number) {
    super({ canaries: [], nowMs });
    this.#now = nowMs;
  }

  override dialed(number: string): number {
    this.dialedMs.set(number, this.#now());
    this.dialsMs.push(this.#now());
    return 0;
  }

  override resultReceived({ tid }: Received): void {
    this.resultMs.set(tid, this.#now());
  }

  // Nobody looks for secrets here.
  override observe(): void {}
}

export interface Played {
  readonly latencies: Latencies;
  /** Of all calls, from the beginning on. */
  readonly dialsMs: readonly number[];
  /** How often the carrier refused one as too fast. */
  readonly refused: number;
}

interface Options {
  readonly stacks: Stacks;
  readonly durations: Durations;
  readonly requests: readonly Request[];
  readonly callsPerSecond: number;
  /** Which the applications share; each has its own without. */
  readonly account?: string;
  /** Whether it ends as soon as what is measured is dialed. */
  readonly untilDialed?: boolean;
}

const SEED = 20;

/** The real handlers in virtual time, wired as they are deployed; everybody keys the right PIN at once. */
export async function playVirtually({
  stacks,
  durations,
  requests,
  callsPerSecond,
  untilDialed,
  account,
}: Options): Promise<Played> {
  const wiring = wiringOf(stacks, { handlers: new Set(Object.keys(HANDLERS)) });
  const scheduler = new Scheduler(new Random(SEED), durations);
  const startMs = scheduler.nowMs;
  const history = new TimedHistory(() => scheduler.nowMs);
  const latencies: Latencies = {
    ...{ "POST to 202": [], "POST to dial": [], "digits to NCCO": [], "last status to callback": [] },
  };
  const measured = new Map<string, { fromMs: number; number: string }>();
  const lastMs = new Map<string, number>();
  const cloud = startCloud({
    ...{ scheduler, wiring, history, faults: FAULTS.none, replacedMs: 0 },
    outages: new Outages({ random: scheduler.random, probability: 0, startMs, durationMs: 0 }),
    people: {
      personAt: () => ({ kind: "answers", attempts: [true] }),
      accountOf: (application) => ({ account: account ?? application, callsPerSecond }),
      keysAt: () => ({ right: PIN, wrong: "0000" }),
    },
    onWebhook({ url, body, fromMs }) {
      const [, , tid = "", kind] = new URL(url).pathname.split("/");
      if (!measured.has(tid)) return;
      if (kind === "digits") latencies["digits to NCCO"].push(scheduler.nowMs - fromMs);
      if (body.includes('"completed"')) lastMs.set(tid, fromMs);
    },
  });
  const credentials = new Map<string, string>();
  for (const application of new Set(requests.map((request) => request.application))) {
    const next = { publicKeys: [publicKey()], ...(account !== undefined && { account }) };
    await cloud.applications.portFor().write(application, { seen: {}, next });
    await cloud.agree(application, callsPerSecond);
    credentials.set(application, (await newCustomer(application, startMs)).jwt);
  }

  async function post(request: Request, first: number): Promise<void> {
    const fromMs = scheduler.nowMs;
    const { application, calls } = request;
    const body = bodyOf({ calls, first, callback: `https://${application}.example/result` });
    const headers = headersOf(credentials.get(application) ?? "", body);
    const answer = await cloud.askApi("https://api.example/call", { method: "POST", headers, body });
    if (answer?.status !== 202) throw new Error(`a call is answered ${answer?.status}: ${answer?.body}`);
    if (!request.isMeasured) return;
    latencies["POST to 202"].push(scheduler.nowMs - fromMs);
    measured.set(JSON.parse(answer.body).tid, { fromMs, number: numberOf(first) });
  }

  let failure: unknown;
  let next = 0;
  for (const request of requests) {
    const first = next;
    next += request.calls;
    scheduler.after(request.atMs, () => void post(request, first).catch((error) => (failure ??= error)));
  }
  const expected = requests.filter(({ isMeasured }) => isMeasured).length;
  const areDialed = () =>
    measured.size === expected && [...measured.values()].every(({ number }) => history.dialedMs.has(number));
  const isOver = () => failure !== undefined || (untilDialed === true && areDialed());
  await scheduler.run({ daysMax: 1, stepsMax: Number.POSITIVE_INFINITY, isOver });
  if (failure !== undefined) throw failure;
  for (const [tid, { fromMs, number }] of measured) {
    latencies["POST to dial"].push((history.dialedMs.get(number) ?? Number.NaN) - fromMs);
    if (!untilDialed)
      latencies["last status to callback"].push(
        (history.resultMs.get(tid) ?? Number.NaN) - (lastMs.get(tid) ?? Number.NaN),
      );
  }
  return { latencies, dialsMs: history.dialsMs.map((ms) => ms - startMs), refused: history.limits.dial };
}
