import { Caller } from "./caller.ts";
import { violationsOf } from "./checks/invariants.ts";
import { type Cloud, startCloud } from "./cloud/cloud.ts";
import { HANDLERS } from "./cloud/handlers.ts";
import { evaluateStacks, type Stacks } from "./cloud/stacks.ts";
import { wiringOf } from "./cloud/wiring.ts";
import { History } from "./history/history.ts";
import { DIGITS_CANARY, keysAt } from "./outside/asked.ts";
import { FORGED_MARK, WITHDRAWN_MARK } from "./outside/carrier.ts";
import { anyPerson } from "./outside/person.ts";
import { personOf } from "./outside/redials.ts";
import type { RequestedCall } from "./outside/requests.ts";
import { APPLICATIONS, requestsOf } from "./outside/requests.ts";
import { anyScenario } from "./scenario.ts";
import { FAULTS, type FaultLevel } from "./world/faults.ts";
import { Outages } from "./world/outages.ts";
import { Random } from "./world/random.ts";
import { Scheduler } from "./world/scheduler.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly calls: number;
  readonly level: FaultLevel;
  /** Production's stacks by default. */
  readonly stacks?: Stacks;
  /** The agreed pace; random by default. */
  readonly callsPerSecond?: number | undefined;
}

export interface SimulationReport {
  readonly seed: number;
  readonly calls: number;
  readonly accepted: number;
  /** Those accepted whose result somebody waits for. */
  readonly awaited: number;
  readonly dialed: number;
  readonly delivered: number;
  readonly parked: number;
  /** How many calls the carrier's rate limit refused. */
  readonly limited: number;
  /** The types of dead-lettered messages. */
  readonly deadLetters: readonly string[];
  readonly steps: number;
  /** A hash of everything that was written, and when: equal for equal seeds. */
  readonly digest: string;
  /** Counts of calls by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** Several times what any history needs; more is a flood. */
const STEPS_PER_CALL = 5_000;

const CANARIES = { pin: "739105428816", text: "canary prompt", jwtMark: "Y2FuYXJ5" };
const SECRETS = [...Object.values(CANARIES), DIGITS_CANARY, FORGED_MARK, WITHDRAWN_MARK];

const DAY_MS = 24 * 3_600_000;

/** The days on which an operator replays parked results. */
const REPLAY_DAYS = [3, 5] as const;
const REPLAY_TRIES = 8;

/** Replays, and repeats that until it succeeds. */
async function replayAll({ scheduler, cloud }: { scheduler: Scheduler; cloud: Cloud }): Promise<void> {
  for (let tries = 0; tries < REPLAY_TRIES; tries += 1) {
    const isDone = await Promise.race([
      cloud.replay().then(
        () => true,
        () => false,
      ),
      scheduler.sleep(3_600_000).then(() => false),
    ]);
    if (isDone) return;
    await scheduler.sleep(600_000);
  }
}

let production: Promise<Stacks> | undefined;

/** Evaluated once for all histories of a run. */
function deployed(): Promise<Stacks> {
  production ??= evaluateStacks();
  return production;
}

/** Runs one history in virtual time to its end. Everything follows from the seed. */
export async function simulate(given: SimulationOptions): Promise<SimulationReport> {
  const { seed, calls, level, stacks, callsPerSecond } = given;
  const wiring = wiringOf(stacks ?? (await deployed()), { handlers: new Set(Object.keys(HANDLERS)) });
  const scheduler = new Scheduler(new Random(seed));
  const { random } = scheduler;
  const scenario = anyScenario(random, { calls, callsPerSecond });
  const { durationMs } = scenario;
  const faults = { ...FAULTS[level], carrierLimits: FAULTS[level].carrierLimits * scenario.refusals };
  const outages = new Outages({ random, probability: faults.outage, startMs: scheduler.nowMs, durationMs });
  const replacedMs = scheduler.nowMs + (random.chance(faults.deployment) ? random.between(0, 2 * durationMs) : 0);
  const history = new History({ canaries: SECRETS, nowMs: () => scheduler.nowMs });
  const byNumber = new Map<string, RequestedCall>();
  /** Those who come at the worst moment. */
  const latecomers: (() => void)[] = [];
  const cloud = startCloud({
    scheduler,
    faults,
    outages,
    wiring,
    history,
    replacedMs,
    people: {
      personAt: (number) => {
        const asked = byNumber.get(number);
        if (asked === undefined) return { kind: "does not exist", attempts: [] };
        return personOf(asked, history.dials.get(number)?.length ?? 0);
      },
      accountOf: (application) => ({
        account: scenario.account === "apart" ? application : "account",
        callsPerSecond: scenario.callsPerSecond,
      }),
      keysAt: (number) => keysAt(number, { ask: byNumber.get(number)?.ask ?? "confirm", pin: CANARIES.pin }),
    },
    onNoneFound: () => latecomers.pop()?.(),
  });

  for (let index = 0; index < calls; index += 1) {
    const asked: RequestedCall = {
      number: `4917${String(seed % 1000).padStart(3, "0")}${String(index).padStart(6, "0")}`,
      person: anyPerson(scheduler.random),
    };
    history.asked.push(asked);
    byNumber.set(asked.number, asked);
  }
  if (scenario.account === "known") for (const application of APPLICATIONS) await cloud.share(application, "account");
  for (const application of APPLICATIONS) await cloud.agree(application, scenario.callsPerSecond);
  const onViolation = (violation: string) => history.violations.push(violation);
  for (const request of requestsOf(history.asked, {
    random,
    scenario,
    outages: outages.all(),
    startMs: scheduler.nowMs,
  })) {
    const ask = () => void new Caller(request, { secrets: CANARIES, scheduler, cloud, onViolation }).ask();
    if (random.chance(faults.latecomer)) latecomers.push(ask);
    else scheduler.after(request.atMs, ask);
  }
  const replayedMs = scheduler.nowMs + REPLAY_DAYS[0] * DAY_MS;
  for (const day of REPLAY_DAYS) scheduler.after(day * DAY_MS, () => void replayAll({ scheduler, cloud }));

  const unfinished = await scheduler.run({ daysMax: 20, stepsMax: STEPS_PER_CALL * calls + 50_000 }).then(
    () => [],
    (error: Error) => [error.message],
  );

  const outcomes: Record<string, number> = {};
  for (const { call } of cloud.table.states()) {
    const name =
      call.phase !== "completed" ? call.phase : "reason" in call.outcome ? call.outcome.reason : call.outcome.status;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  return {
    seed,
    calls,
    accepted: history.asked.filter(({ tid }) => tid !== undefined).length,
    awaited: history.asked.filter(({ tid, isWithoutCallback }) => tid !== undefined && !isWithoutCallback).length,
    dialed: history.dials.size,
    delivered: history.received.size,
    parked: cloud.parked.size,
    limited: history.limits.dial,
    deadLetters: [...history.deadLetters].sort(),
    steps: scheduler.steps,
    outcomes,
    digest: history.digest(),
    violations: [
      ...unfinished,
      ...violationsOf({ history, cloud, level, wiring, scenario, replayedMs, endMs: scheduler.nowMs }),
    ],
  };
}
