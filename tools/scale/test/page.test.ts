import { readFile } from "node:fs/promises";
import { callsOfStep, DEFAULT_CALLS_PER_SECOND, LARGEST_DIAL_GROUP } from "@promptcall/core/dialing/loop";
import { evaluateStacks } from "@promptcall/simulation/cloud/stacks";
import { describe, expect, it } from "vitest";
import { DEADLINES_TOGETHER } from "../../cost/assumptions.ts";
import { boundUsdPerMillion, COMING } from "../../cost/bound.ts";
import { KINDS, PIN_CALLS } from "../../cost/people.ts";
import { play } from "../../cost/play.ts";
import { PRICES } from "../../cost/prices.ts";
import { standingCost } from "../../cost/standing.ts";
import { sum } from "../../cost/sum.ts";
import {
  CARRIER,
  CUSTOMER,
  costLines,
  dialsOf,
  effectsOf,
  FUNCTIONS,
  type Usage,
  usdPerMillion,
} from "../../cost/usage.ts";
import { fullAt, LIMITS, needsOf } from "../limits.ts";
import { scaleBlocks, scalePage } from "../page.ts";

const stacks = await evaluateStacks();
const played = new Map<string, Usage>();
for (const kind of KINDS) played.set(kind.name, await play(stacks, kind));

/** What calls of this kind have asked for. */
function of(name: string): Usage {
  const usage = played.get(name);
  if (usage === undefined) throw new RangeError(name);
  return usage;
}

describe("docs/scale.md", () => {
  it("shows what is counted (if not: npm run scale -- --write)", async () => {
    const page = await readFile(new URL("../../../docs/scale.md", import.meta.url), "utf8");
    const blocks = scaleBlocks({ stacks, played: [...played.values()] });
    expect(scalePage(page, blocks)).toBe(page);
    expect(() => scalePage("# Scale", blocks)).toThrow("no place for");
  });
});

describe.each(KINDS)("calls that are played: $name", ({ name, callsPerSecond, requests }) => {
  it("are each dialed once and delivered once, a step at a time", () => {
    const usage = of(name);
    const effects = effectsOf(usage);
    expect([effects.get(CARRIER), effects.get(CUSTOMER)]).toEqual([usage.calls, usage.calls]);
    if (requests.length === 1)
      expect(Math.max(...usage.invocations.map(dialsOf))).toBe(
        Math.min(callsOfStep(callsPerSecond), LARGEST_DIAL_GROUP),
      );
  });
});

/** At the pace that the carrier allows by default. */
it.each(KINDS.filter(({ callsPerSecond }) => callsPerSecond === DEFAULT_CALLS_PER_SECOND))(
  "more calls are reduced than dialed: $name",
  ({ name }) => {
    const [dialer, reducer] = ["dialer", "reducer"].map((whose) => {
      const limit = LIMITS.find((one) => one.name.startsWith(whose));
      return limit === undefined ? Number.NaN : fullAt(limit, needsOf(of(name)));
    });
    // A report that waits until its call is closed changes nothing any more.
    expect(reducer).toBeGreaterThan(2 * (dialer ?? Number.NaN));
  },
);

it("deadlines of single calls at 30/s come together, and nothing else does", async () => {
  const { requests, ...fast } = PIN_CALLS.fast;
  const { invocations } = await play(stacks, { ...fast, requests: requests.slice(0, DEADLINES_TOGETHER) });
  const together = invocations.filter(({ messages }) => messages > 1);
  expect(together.map(({ functionName, messages }) => [functionName, messages])).toEqual([
    [FUNCTIONS.timers, DEADLINES_TOGETHER],
  ]);
});

describe("the least that a call can cost", () => {
  it.each([
    ["single, alone", "single, dialed now"],
    ["batch, 3/s", "of a batch, 3/s"],
    ["batch, 30/s", "of a batch, 30/s"],
  ] as const)("is less than what it costs, and not less than half of that: %s", (kind, name) => {
    const usd = usdPerMillion(of(name));
    expect(boundUsdPerMillion(COMING[kind])).toBeLessThan(usd);
    expect(boundUsdPerMillion(COMING[kind])).toBeGreaterThan(usd / 2);
  });
});

it("a month in which nobody calls costs no more than $8, by what the stacks create", () => {
  const lines = standingCost(stacks);
  expect(sum(lines.map(({ usd }) => usd))).toBeLessThanOrEqual(8);
  expect(lines.filter(({ used }) => used === 0).map(({ name }) => name)).toEqual([
    PRICES.dashboardMonth.name,
    PRICES.keyMonth.name,
  ]);
});

describe("the cost of a call", () => {
  it("is what it uses times the price, line by line", () => {
    const usage = of("single, dialed now");
    const { writeUnits, messages, apiRequests } = needsOf(usage);
    const usd = new Map(costLines(usage).map((line) => [line.name, line.usdPerMillion / 1e6]));
    expect(usd.get(PRICES.writeUnit.name)).toBeCloseTo(writeUnits * 0.625e-6, 12);
    expect(usd.get(PRICES.queueRequest.name)).toBeCloseTo(messages * 3 * 0.4e-6, 12);
    expect(usd.get(PRICES.apiRequest.name)).toBeCloseTo(apiRequests * 1e-6, 12);
  });

  it("is less for calls that share their request, and less again for those that share their step", () => {
    const [single = 0, slow = 0, fast = 0] = ["single, dialed now", "of a batch, 3/s", "of a batch, 30/s"].map((name) =>
      usdPerMillion(of(name)),
    );
    expect([single, slow, fast]).toEqual([single, slow, fast].toSorted((one, other) => other - one));
    expect(fast).toBeGreaterThan(0);
  });
});
