import type { Settings } from "@promptcall/core/settings";
import { startCloud } from "./cloud.ts";
import { FAULTS, type FaultLevel } from "./faults.ts";
import { type Asked, History } from "./history.ts";
import { violationsOf } from "./invariants.ts";
import { anyPerson, type Person } from "./person.ts";
import { Random } from "./random.ts";
import { ask, requestsOf } from "./requests.ts";
import { World } from "./world.ts";

export interface SimulationOptions {
  readonly seed: number;
  readonly calls: number;
  readonly level: FaultLevel;
}

export interface SimulationReport {
  readonly seed: number;
  readonly calls: number;
  readonly accepted: number;
  readonly dialed: number;
  readonly delivered: number;
  readonly parked: number;
  /** How many calls came too fast for the carrier. */
  readonly limited: number;
  readonly happenings: number;
  /** Of everything that was written anywhere, and when: the same for the same seed. */
  readonly digest: string;
  /** By outcome, how many. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

const SETTINGS: Settings = {
  carrier: {
    host: "https://carrier.example",
    timeoutSeconds: 10,
    ringingSeconds: 60,
    lengthSeconds: 300,
    retryDelaySeconds: 2,
  },
  timers: { settleSeconds: 20, deadlineSeconds: 390 },
  callback: {
    timeoutSeconds: 10,
    delaysSeconds: [5, 30, 120, 900, 3_600, 10_800, 21_600, 43_200],
    privateNetworks: false,
  },
  retentionDays: 30,
  verboseEvents: true,
};

/** Several times what the worst of histories takes; more is a flood. */
const HAPPENINGS_PER_CALL = 5_000;

const CANARIES = { pin: "739105428816", text: "canary prompt", jwtMark: "Y2FuYXJ5" };

/** One history: everything that happens follows from the seed, in virtual time, to its very end. */
export async function simulate({ seed, calls, level }: SimulationOptions): Promise<SimulationReport> {
  const faults = FAULTS[level];
  const world = new World(new Random(seed));
  const history = new History({ canaries: Object.values(CANARIES), nowMs: () => world.nowMs });
  const byNumber = new Map<string, Person>();
  const cloud = startCloud({
    world,
    faults,
    settings: SETTINGS,
    history,
    people: {
      personAt: (number) => byNumber.get(number) ?? { kind: "invalid", attempts: [] },
      pinOf: () => CANARIES.pin,
    },
  });

  for (let index = 0; index < calls; index += 1) {
    const asked: Asked = {
      number: `4477${String(seed % 1000).padStart(3, "0")}${String(index).padStart(6, "0")}`,
      person: anyPerson(world.random),
    };
    history.asked.push(asked);
    byNumber.set(asked.number, asked.person);
  }
  for (const request of requestsOf(history.asked, world.random))
    world.after(request.atMs, () => void ask({ request, secrets: CANARIES, world, cloud }));

  const unfinished = await world.run({ daysMax: 20, happeningsMax: HAPPENINGS_PER_CALL * calls + 50_000 }).then(
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
    dialed: history.dials.size,
    delivered: history.received.size,
    parked: cloud.parked.size,
    limited: history.limits,
    happenings: world.happenings,
    outcomes,
    digest: history.digest(),
    violations: [...unfinished, ...violationsOf({ history, cloud, level, settings: SETTINGS })],
  };
}
