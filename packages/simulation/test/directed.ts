import { Caller } from "../src/caller.ts";
import { startCloud } from "../src/cloud/cloud.ts";
import { HANDLERS } from "../src/cloud/handlers.ts";
import { evaluateStacks } from "../src/cloud/stacks.ts";
import { wiringOf } from "../src/cloud/wiring.ts";
import { History } from "../src/history/history.ts";
import { keysAt } from "../src/outside/asked.ts";
import type { Person } from "../src/outside/person.ts";
import { APPLICATIONS, type Request, type RequestedCall } from "../src/outside/requests.ts";
import { FAULTS, type Faults } from "../src/world/faults.ts";
import { Outages } from "../src/world/outages.ts";
import { Random } from "../src/world/random.ts";
import { Scheduler } from "../src/world/scheduler.ts";

export const SECRETS = { pin: "739105428816", text: "canary prompt", jwtMark: "Y2FuYXJ5" };

/** As long as anybody asks for. */
export const TEXT_LENGTH = 20;

/** A history of which a test says itself what is asked for: the applications share an account, and everybody answers. */
export async function directed({ callsPerSecond, faults = {} }: { callsPerSecond: number; faults?: Partial<Faults> }) {
  const scheduler = new Scheduler(new Random(1));
  const { random, nowMs: startMs } = scheduler;
  const person: Person = { kind: "answers", attempts: [undefined, undefined, undefined] };
  const history = new History({ canaries: [], nowMs: () => scheduler.nowMs });
  const wiring = wiringOf(await evaluateStacks(), { handlers: new Set(Object.keys(HANDLERS)) });
  const cloud = startCloud({
    scheduler,
    faults: { ...FAULTS.none, ...faults },
    outages: new Outages({ random, probability: 0, startMs, durationMs: 1 }),
    wiring,
    history,
    replacedMs: 0,
    people: {
      personAt: () => person,
      accountOf: () => ({ account: "account", callsPerSecond }),
      keysAt: (number) => keysAt(number, { ask: "confirm", pin: SECRETS.pin }),
    },
  });
  for (const application of APPLICATIONS) await cloud.share(application, "account");
  await cloud.agree(APPLICATIONS[0] ?? "", callsPerSecond);
  const onViolation = (violation: string) => history.violations.push(violation);
  let batches = 0;

  return {
    scheduler,
    history,
    replacedMs: 0,
    cloud,
    settings: wiring.settings,
    /** Asks for a batch at once: in turn for the one application and for the other. */
    askForBatch(count: number, more: Partial<Pick<Request, "cancelling">> = {}): readonly RequestedCall[] {
      const calls = Array.from(
        { length: count },
        (_, index): RequestedCall => ({ number: `4917009${batches}${String(index).padStart(5, "0")}`, person }),
      );
      const application = APPLICATIONS[batches % APPLICATIONS.length] ?? "";
      batches += 1;
      const request: Request = {
        ...{ calls, isBatch: true, atMs: startMs, application, aheadSeconds: undefined, idempotencyKey: undefined },
        isPatient: false,
        ...{
          credential: "good" as const,
          detection: undefined,
          hours: undefined,
          hasCallback: true,
          length: TEXT_LENGTH,
        },
        ...{ cancelling: undefined, pausing: undefined, ...more },
      };
      void new Caller(request, { secrets: SECRETS, scheduler, cloud, onViolation }).ask();
      return calls;
    },
    play: async () => await scheduler.run({ daysMax: 5, stepsMax: 5_000_000 }),
  };
}
