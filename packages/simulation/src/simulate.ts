import type { Settings } from "@promptcall/core/settings";
import { startCloud } from "./cloud.ts";
import { FAULTS, type FaultLevel } from "./faults.ts";
import { type Asked, History } from "./history.ts";
import { violationsOf } from "./invariants.ts";
import { anyPerson, type Person } from "./person.ts";
import { Random } from "./random.ts";
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
    world.after(world.random.between(0, calls * 300), () => void ask(asked));
  }

  async function ask(asked: Asked): Promise<void> {
    const expiresAt = Math.floor(world.nowMs / 1000) + 3600;
    const customer = world.random.pick(["a", "b", "c", "d", "e", "f", "g", "h"]);
    const answer = await cloud.askApi("https://api.example/call", {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${jwt(expiresAt)}` },
      body: JSON.stringify({
        to: asked.number,
        from: "447700900999",
        text: CANARIES.text,
        pin_code: CANARIES.pin,
        callback: `https://${customer}.example/result`,
        callback_method: world.random.pick(["GET", "POST"]),
      }),
    });
    if (answer?.status === 202) asked.tid = JSON.parse(answer.body).tid;
  }

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
    happenings: world.happenings,
    outcomes,
    digest: history.digest(),
    violations: [...unfinished, ...violationsOf({ history, cloud, level, settings: SETTINGS })],
  };
}

/** Good for an hour; only its claims are read on our side. */
function jwt(expiresAt: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = { application_id: "application", exp: expiresAt };
  return [part({ alg: "RS256", typ: "JWT" }), part(claims), CANARIES.jwtMark].join(".");
}
