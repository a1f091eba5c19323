import { ASSUMED_MS } from "../cost/assumptions.ts";
import { boundUsdPerMillion } from "../cost/bound.ts";
import { costLines, type Usage, usdPerMillion } from "../cost/usage.ts";
import type { Figure, Measurement, Table } from "../figure.ts";
import { usageOfPinCalls } from "../load/pin-calls.ts";
import { sum } from "../statistics.ts";

/** The most it may be of what it cannot be below. */
const MOST_OF_BOUND = { single: 1.2, batch: 1.1 };

export const cost: Measurement = {
  figures: ["cost-single", "cost-batch"],
  async measure(say) {
    say("300 single calls at 30/s and 100 at 3/s, then 120 in a batch at 3/s and 1,000 in one at 30/s");
    // With nothing beside it: on a machine that is worked to its limit calls come too late for their moment, and wait.
    const single = await usageOfPinCalls({ calls: 300, callsPerSecond: 30 });
    const batch = await usageOfPinCalls({ calls: 1_000, callsPerSecond: 30, together: true });
    const [alone, slow, unknown] = await Promise.all([
      usageOfPinCalls({ calls: 100, callsPerSecond: 3, alone: true }),
      usageOfPinCalls({ calls: 120, callsPerSecond: 3, together: true }),
      usageOfPinCalls({ calls: 100, callsPerSecond: 3, alone: true, unknown: true }),
    ]);
    const table = tableOf({
      "single, each message alone": alone,
      "the same, the carrier asked whose": unknown,
      "single at 30/s": single,
      "batch at 30/s": batch,
      "batch at 3/s": slow,
    });
    const title = "Cost of a million PIN calls";
    return [
      figureOf(single, {
        name: "cost-single",
        title: `${title}, one in a request`,
        of: "single",
        scenario: "300 calls, 30 a second",
        table,
      }),
      figureOf(batch, {
        name: "cost-batch",
        title: `${title}, 1,000 in a request`,
        of: "batch",
        scenario: "one batch of 1,000, dialed at 30/s",
      }),
    ];
  },
};

function figureOf(
  usage: Usage,
  {
    name,
    title,
    of,
    scenario,
    table,
  }: { name: string; title: string; of: keyof typeof MOST_OF_BOUND; scenario: string; table?: Table },
): Figure {
  const [ours, bound] = [usdPerMillion(usage), boundUsdPerMillion(of)];
  const operations = operationsPerCall(usage).toFixed(1);
  const durations = Object.entries(ASSUMED_MS).map(([what, ms]) => `${what} ${ms}`);
  return {
    name,
    title,
    measured: { value: ours, unit: "$ per million" },
    reference: { value: bound, unit: "$ per million" },
    ratio: { value: ours / bound, of: "times the reference" },
    goal: { text: `at most ${MOST_OF_BOUND[of]}`, isMet: ours / bound <= MOST_OF_BOUND[of] },
    how: [
      `${scenario}, each answered and keyed right at once, with every status that the carrier tells, its result delivered and its deadline over: ${operations} operations of AWS for each call, counted where the emulators are asked for them. Messages in a batch, where each takes what there is: ${messagesPerBatch(usage)}. Prices: tools/bench/cost/prices.ts, without free tiers.`,
      `Assumed, not measured: functions take, in ms, ${durations.join(", ")}, where that is with 512 MB, and twice as long with 256; operations that a function has under way together take as long as one.`,
      "Reference: the least that it can cost while every promise is kept, item by item with its reason in docs/scale.md (tools/bench/cost/bound.ts).",
    ],
    ...(table && { table }),
  };
}

/** On average, by function. */
function messagesPerBatch({ tallied: { invocations } }: Usage): string {
  const names = [...new Set(invocations.flatMap(({ functionName, messages }) => (messages > 0 ? [functionName] : [])))];
  const averages = names.toSorted().map((name) => {
    const own = invocations.filter(({ functionName }) => functionName === name);
    const batches = sum(own.map((of) => of.invocations));
    return `${(sum(own.map((of) => of.messages * of.invocations)) / batches).toFixed(1)} to ${name}`;
  });
  return averages.join(", ");
}

function operationsPerCall({ tallied, calls }: Usage): number {
  return sum(tallied.requests.map(({ requests }) => requests)) / calls;
}

/** Operations by service and kind, then dollars line by line. */
function tableOf(usages: Readonly<Record<string, Usage>>): Table {
  const all = Object.values(usages);
  const counted = all.map(perCall);
  const names = [...new Set(counted.flatMap((counts) => [...counts.keys()]))].sort();
  const priced = all.map(costLines);
  return {
    columns: ["for each call, and in $ per million", ...Object.keys(usages)],
    rows: [
      ...names.map((name) => [name, ...counted.map((counts) => (counts.get(name) ?? 0).toFixed(2))]),
      ...(priced[0] ?? []).map(({ name }, index) => [
        `$ ${name}`,
        ...priced.map((lines) => (lines[index]?.usdPerMillion ?? 0).toFixed(2)),
      ]),
      ["$ in all", ...all.map((usage) => usdPerMillion(usage).toFixed(2))],
    ],
  };
}

function perCall({ tallied, calls }: Usage): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const add = (name: string, count: number) => counts.set(name, (counts.get(name) ?? 0) + count / calls);
  for (const { service, operation, kind, requests } of tallied.requests)
    add(`${service} ${operation} ${kind}`.trim(), requests);
  for (const { functionName, invocations } of tallied.invocations) add(`invoke ${functionName}`, invocations);
  return counts;
}
