import { evaluateStacks } from "@promptcall/simulation/cloud/stacks";
import { ASSUMED_MS, DEADLINES_TOGETHER, NEW_ENVIRONMENTS } from "../../cost/assumptions.ts";
import { boundUsdPerMillion, COMING, NEEDED, usdOf } from "../../cost/bound.ts";
import { PIN_CALLS, type Scenario } from "../../cost/people.ts";
import { play } from "../../cost/play.ts";
import { PRICES } from "../../cost/prices.ts";
import { sum } from "../../cost/sum.ts";
import {
  costLines,
  dialsOf,
  effectsOf,
  FUNCTIONS,
  type OwnMs,
  queueRequestsOf,
  type Usage,
  usdPerMillion,
} from "../../cost/usage.ts";
import { ownCpu } from "../alone/cpu.ts";
import type { Effort, Figure, Measurement, Table } from "../figure.ts";
import { slowedMs } from "../virtual/durations.ts";
import { startsOf } from "./start.ts";

/** The most it may be of what it cannot be below. */
const MOST_OF_BOUND = { single: 1.2, batch: 1.1 };

/** The first of each kind is the headline. */
const SCENARIOS = {
  "batch, 3/s": PIN_CALLS.slowBatch,
  "batch, 30/s": PIN_CALLS.fastBatch,
  "single, 30/s": PIN_CALLS.fast,
  "single, alone": PIN_CALLS.alone,
  "single, alone, the carrier asked": PIN_CALLS.unknown,
  "single, waits, 3/s": PIN_CALLS.waits,
};

interface Costed {
  readonly name: string;
  readonly usage: Usage;
  readonly usd: number;
  /** The least it can be; none where nothing is promised. */
  readonly boundUsd: number | undefined;
}

export const cost: Measurement = {
  figures: ["cost-batch", "cost-single"],
  async measure(say, effort) {
    const own = await measuredOwnMs(say, effort);
    const stacks = await evaluateStacks();
    const all: Costed[] = [];
    for (const [name, scenario] of Object.entries(SCENARIOS)) {
      const usage = await play(stacks, effort === "full" ? scenario : shortOf(scenario));
      const coming = COMING[name as keyof typeof COMING];
      const boundUsd = coming && boundUsdPerMillion(coming);
      all.push({ name, usage, usd: usdPerMillion(usage, own), boundUsd });
      say(`${usage.calls} calls, ${name}`);
    }
    return (["batch", "single"] as const).map((kind) => {
      const costed = all.filter(({ name }) => name.startsWith(kind));
      return { ...figureOf(costed, kind), table: tableOf(costed, own) };
    });
  },
};

function shortOf({ requests, ...scenario }: Scenario): Scenario {
  return {
    ...scenario,
    requests: requests.slice(0, 1).map((asked) => ({ ...asked, calls: Math.min(asked.calls, 3) })),
  };
}

/**
 * A function's own work as it was measured, and that of new environments, on the share that it has of Lambda's processor. The
 * dialer's in a step is that of a step of as many calls.
 */
async function measuredOwnMs(say: (progress: string) => void, effort: Effort): Promise<OwnMs> {
  const [{ functions, steps, slowness }, starts] = [await ownCpu(say, effort), await startsOf(say, effort)];
  const folders = new Map(Object.entries(FUNCTIONS).map(([folder, name]) => [name, folder]));
  return (of) => {
    const folder = folders.get(of.functionName) ?? "";
    const dials = dialsOf(of);
    const step = [...steps.values()].find(({ calls }) => calls === dials);
    const start = starts.find(({ name }) => name === folder);
    const own = functions.get(folder);
    if (own === undefined || start === undefined) throw new RangeError(`${of.functionName} was not measured`);
    const workMs = step ? dials * step.ms : (Math.max(1, of.messages, dials) * own.ms) / own.invocations;
    return slowedMs((workMs + NEW_ENVIRONMENTS * start.first.ms) / slowness, of.memoryMb);
  };
}

function figureOf(all: readonly Costed[], kind: keyof typeof MOST_OF_BOUND): Figure {
  const most = MOST_OF_BOUND[kind];
  const ratios = all.flatMap(({ boundUsd, ...costed }) =>
    boundUsd === undefined ? [] : [{ ...costed, boundUsd, ratio: costed.usd / boundUsd }],
  );
  const [headline] = ratios;
  if (headline === undefined) throw new RangeError(kind);
  const others = ratios.slice(1).map(({ name, ratio }) => `, ${ratio.toFixed(2)} for ${name}`);
  return {
    name: `cost-${kind}`,
    title: `Cost of a million PIN calls: ${headline.name}`,
    measured: { value: headline.usd, unit: "$ per million" },
    reference: { value: headline.boundUsd, unit: "$ per million" },
    ratio: { value: headline.ratio, of: `times the reference${others.join("")}` },
    goal: { text: `at most ${most}, each`, isMet: ratios.every(({ ratio }) => ratio <= most) },
    how: [
      `The real handlers on the real adapters of an emulated table, in virtual time (tools/cost/play.ts), each call answered and keyed right at once, with every status that the carrier tells, its result delivered and its deadline over: ${(sum(effectsOf(headline.usage).values()) / headline.usage.calls).toFixed(1)} requests of the functions for each call. Each message is in an invocation of its own, but for deadlines of single calls at 30/s, of which ${DEADLINES_TOGETHER} come together. A batch has ${PIN_CALLS.slowBatch.requests[0]?.calls} calls; 1,000 or more cost $0.2 less. Prices: tools/cost/prices.ts, without free tiers.`,
      `A function's own work is that of own-cpu in the same run, made less by as much as this machine is slower than stated, on the share of a processor that its memory gives; and that of start, for ${100 * NEW_ENVIRONMENTS} % of invocations. Assumed, not measured, in ms: ${assumed()}; operations that a step has under way together take as long as one.`,
      "Reference: the least that it can cost while every promise is kept and messages come as they do, item by item with its reason in docs/scale.md (tools/cost/bound.ts).",
    ],
  };
}

function assumed(): string {
  const { own: _measured, ...others } = ASSUMED_MS;
  return Object.entries(others)
    .map(([what, ms]) => `${what} ${ms}`)
    .join(", ");
}

/** Operations by service and kind, then dollars line by line, and in brackets what of them is needed. */
function tableOf(all: readonly Costed[], own: OwnMs): Table {
  const counted = all.map(({ usage }) => perCall(usage));
  const names = [...new Set(counted.flatMap((counts) => [...counts.keys()]))].sort();
  const priced = all.map(({ usage }) => costLines(usage, own));
  const ofBound = (text: string, needed: number | undefined) =>
    needed === undefined ? text : `${text} (${needed.toFixed(2)})`;
  return {
    columns: ["for each call; and in $ per million, with what is needed", ...all.map(({ name }) => name)],
    rows: [
      ...names.map((name) => [name, ...counted.map((counts) => (counts.get(name) ?? 0).toFixed(2))]),
      ...(priced[0] ?? []).map(({ name }, index) => [
        `$ ${name}`,
        ...priced.map((lines, place) =>
          ofBound((lines[index]?.usdPerMillion ?? 0).toFixed(2), neededFor(name, all[place]?.name)),
        ),
      ]),
      ["$ in all", ...all.map(({ usd, boundUsd }) => ofBound(usd.toFixed(2), boundUsd))],
      [
        "times what is needed",
        ...all.map(({ usd, boundUsd }) => (boundUsd === undefined ? "" : (usd / boundUsd).toFixed(3))),
      ],
    ],
  };
}

/** What is needed of one service. */
function neededFor(priceName: string, scenario: string | undefined): number | undefined {
  const coming = COMING[scenario as keyof typeof COMING];
  if (coming === undefined) return undefined;
  return sum(NEEDED.flatMap((needed) => (PRICES[needed.price].name === priceName ? [usdOf(needed, coming)] : [])));
}

function perCall(usage: Usage): ReadonlyMap<string, number> {
  const counts = new Map(effectsOf(usage));
  for (const { functionName } of usage.invocations) {
    const name = `invoke ${functionName}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  counts.set("SQS, in all", queueRequestsOf(usage));
  return new Map([...counts].map(([name, count]) => [name, count / usage.calls]));
}
