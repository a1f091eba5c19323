import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { allConsumers, concurrencyPlan } from "../../../stacks/concurrency.ts";
import { type Cloud, cloudOf } from "../src/cloud.ts";
import { policies } from "../src/policies/all.ts";
import { synthesize } from "../src/run/synthesize.ts";
import { repository } from "./support/altered.ts";
import { BUDGETS } from "./support/budgets.ts";

const CONSUMERS = ["consumer", "dialer", "reducer", "callbacks", "callbackRetries"] as const;

/** What invokes functions all the time: dead letters do so when something fails, the first callbacks where they are apart. */
const busy = ({
  maximumConcurrency: { consumer, dialer, reducer, callbacks, callbackRetries },
  oneCallbackQueue,
}: Plan) => consumer + dialer + reducer + callbackRetries + (oneCallbackQueue ? 0 : callbacks);
type Plan = ReturnType<typeof concurrencyPlan>;

describe("an account of any size", () => {
  const account = fc.integer({ min: 10, max: 50_000 });
  const holds = (property: (given: { account: number; plan: Plan }) => void) =>
    fc.assert(
      fc.property(account, fc.boolean(), fc.boolean(), (account, production, isLocal) =>
        property({ account, plan: concurrencyPlan({ account, production, isLocal }) }),
      ),
    );

  it("has a fifth left for webhooks and the api when every queue is full, and two places at the least", () => {
    holds(({ account, plan }) => {
      expect(account - busy(plan)).toBeGreaterThanOrEqual(Math.max(2, Math.floor(account / 5)));
    });
  });

  it("has the same left when every kind of dead letters is full as well, from 20 on", () => {
    holds(({ account, plan }) => {
      if (account >= 20) expect(account - allConsumers(plan.maximumConcurrency)).toBeGreaterThanOrEqual(account / 5);
    });
  });

  it("gives each queue what AWS takes: 2 to 1,000", () => {
    holds(({ plan }) => {
      for (const name of CONSUMERS) {
        expect(plan.maximumConcurrency[name]).toBeGreaterThanOrEqual(2);
        expect(plan.maximumConcurrency[name]).toBeLessThanOrEqual(1_000);
      }
    });
  });

  it("of twice the default, or more, has as much more for each queue, for webhooks and at the gateway", () => {
    const planned = (account: number) => concurrencyPlan({ account, production: true, isLocal: false });
    const [once, twice] = [planned(1_000), planned(2_000)];
    for (const name of CONSUMERS) expect(twice.maximumConcurrency[name]).toBe(2 * once.maximumConcurrency[name]);
    expect(twice.reserved?.webhooks).toBe(2 * (once.reserved?.webhooks ?? 0));
    expect(twice.throttle).toEqual({
      requestsPerSecond: 2 * once.throttle.requestsPerSecond,
      burst: 2 * once.throttle.burst,
    });
  });

  it("lets half of what is left to webhooks and the api wait for calls at the most, and a part of that for one application", () => {
    holds(({ account, plan: { waiting } }) => {
      expect(waiting.ofOne).toBeGreaterThanOrEqual(1);
      expect(waiting.ofOne).toBeLessThanOrEqual(waiting.ofAll);
      expect(waiting.ofAll).toBeLessThanOrEqual(Math.max(2, account / 10));
    });
  });

  it("has the gateway let no more through at a time than half of it runs, where nothing is held for calls under way", () => {
    holds(({ account, plan: { reserved, throttle, waiting } }) => {
      if (reserved !== undefined || waiting.ofAll === 2) return;
      expect(throttle.burst).toBeLessThanOrEqual(account / 2);
      expect(throttle.requestsPerSecond).toBeLessThanOrEqual(account / 2);
      expect(throttle.requestsPerSecond).toBeGreaterThanOrEqual(5);
    });
  });

  it("has 100 left that are not reserved, and of these room for the queues, or nothing is reserved", () => {
    holds(({ account, plan: { reserved, maximumConcurrency } }) => {
      if (reserved === undefined) return;
      const left = account - reserved.webhooks - reserved.reducer;
      expect(left).toBeGreaterThanOrEqual(100);
      expect(left).toBeGreaterThan(allConsumers(maximumConcurrency) - maximumConcurrency.reducer);
      expect(reserved.reducer).toBe(maximumConcurrency.reducer);
    });
  });
});

describe("production in an account that runs ten functions at once", () => {
  let cloud: Cloud;

  beforeAll(async () => {
    const variables = { ACCOUNT_CONCURRENCY: "10" };
    const program = { repository, root: repository, stage: "production" };
    cloud = cloudOf(await synthesize({ ...program, variables, code: "left out" }));
  });

  it("keeps every rule for stages but the bound of the webhooks, for AWS reserves nothing there", () => {
    const broken = policies(BUDGETS).flatMap(({ violations }) => violations(cloud));
    expect(broken).toEqual(["Webhooks may take all that the account runs"]);
  });

  it("takes the least that AWS allows for each queue", () => {
    expect(cloud.mappings.map(({ maximumConcurrency }) => maximumConcurrency)).toEqual(Array(8).fill(2));
  });

  it("reserves nothing, which AWS would refuse", () => {
    expect(cloud.functions.filter(({ reservedConcurrency }) => reservedConcurrency !== undefined)).toEqual([]);
  });

  it("has a gateway that holds a flood back", () => {
    const stages = cloud.graph.resources.filter(({ type }) => type === "aws:apigatewayv2/stage:Stage");
    const settings = stages.map(({ inputs }) => inputs.defaultRouteSettings);
    expect(settings).toMatchObject([{ throttlingRateLimit: 5, throttlingBurstLimit: 5 }]);
  });

  it("has one queue of callbacks at work, and takes what is left in the other", () => {
    expect(cloud.targets.map(({ queue }) => queue?.name).toSorted()).toEqual(["CallbackRetriesQueue", "StateQueue"]);
    expect(cloud.mappings.map(({ queue }) => queue?.name)).toContain("CallbacksQueue");
  });
});
