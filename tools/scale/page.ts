import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import { RequestOptionsSchema } from "@promptcall/core/contracts/request";
import { callsThatFit } from "@promptcall/core/dialing/estimate";
import { callsOfStep, MOST_BATCHES_OF_LOOP, newLoop, stepIntervalMs } from "@promptcall/core/dialing/loop";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { tableOf } from "../bench/report/report.ts";
import { ASSUMED_MS } from "../cost/assumptions.ts";
import { boundUsdPerMillion, COMING, type Coming, inTens, NEEDED, usdOf } from "../cost/bound.ts";
import { KINDS, PEOPLE } from "../cost/people.ts";
import { PRICES } from "../cost/prices.ts";
import { standingCost } from "../cost/standing.ts";
import { sum } from "../cost/sum.ts";
import { costLines, type Usage, usdPerMillion } from "../cost/usage.ts";
import { firstFull, fullAt, LIMITS, type Needs, needsOf, SLOWEST_OF_BATCH } from "./limits.ts";

/** The busiest hour against the average of the day. */
const PEAK_FACTOR = 3;

const PACES = [1 / 2, 1, 3, 10, 30, 100];
const NAMES = KINDS.map(({ name }) => name);

/** What `docs/scale.md` shows of the calls that were played, by the names of its places. */
export function scaleBlocks({
  stacks,
  played,
}: {
  stacks: Stacks;
  played: readonly Usage[];
}): ReadonlyMap<string, string> {
  const calls = played.map(needsOf);
  return new Map([
    ["short", short({ calls, played })],
    ["limits", limits(calls)],
    ["application", application()],
    ["call", oneCall(calls)],
    ["cost", `${cost(played)}\n\n${standing(stacks)}`],
    ["bound", bound()],
    ["assumptions", assumptions()],
  ]);
}

/** The page, with each of them in its place. */
export function scalePage(page: string, blocks: ReadonlyMap<string, string>): string {
  return [...blocks].reduce((written, [name, shown]) => {
    const place = new RegExp(`(?<=<!-- ${name} -->\n).*(?=<!-- end of ${name} -->)`, "s");
    if (!place.test(written)) throw new Error(`docs/scale.md has no place for ${name}`);
    return written.replace(place, () => `${shown}\n`);
  }, page);
}

function short({ calls, played }: { calls: readonly Needs[]; played: readonly Usage[] }): string {
  const rows = calls.map((call, index) => {
    const limit = firstFull(call);
    const perSecond = fullAt(limit, call);
    const aDay = (perSecond * 86_400) / PEAK_FACTOR / 1e6;
    const usd = played.slice(index, index + 1).map((usage) => usdPerMillion(usage));
    return [NAMES[index] ?? "", text(perSecond), limit.name, text(aDay), `$${money(sum(usd))}`];
  });
  return tableOf({ columns: ["calls", "calls/s", "what is full then", "millions a day", "a million costs"], rows });
}

function limits(calls: readonly Needs[]): string {
  const rows = LIMITS.map((limit) => ({ limit, full: calls.map((call) => fullAt(limit, call)) }))
    .sort((one, other) => Math.min(...one.full) - Math.min(...other.full))
    .map(({ limit: { name, most, setBy }, full }) => [name, text(most), ...full.map(text), setBy]);
  return tableOf({ columns: ["limit", "most", ...NAMES, "set by"], rows });
}

function application(): string {
  const byMs = RequestOptionsSchema.parse({}).expires_in * 1_000;
  const wanted = { count: MOST_BATCHES_OF_LOOP * MOST_CALLS_OF_BATCH, startMs: 0, byMs };
  const rows = PACES.map((agreed) => {
    const [calls, everyMs] = [callsOfStep(agreed), stepIntervalMs(agreed)];
    const accepted = callsThatFit(wanted, { loop: newLoop(agreed), nowMs: 0 });
    return [agreed, calls, everyMs, (calls * 1_000) / everyMs, accepted].map(text);
  });
  return tableOf({ columns: ["agreed calls/s", "calls a step", "ms a step", "dialed/s", "accepted at most"], rows });
}

const OF_ONE_CALL = {
  "requests to the gateway": "apiRequests",
  webhooks: "webhooks",
  "messages in queues": "messages",
  invocations: "invocations",
  "seconds of functions": "seconds",
  events: "events",
  "events given to a queue": "deliveries",
  "read units": "readUnits",
  "write units": "writeUnits",
} as const;

function oneCall(calls: readonly Needs[]): string {
  const rows = Object.entries(OF_ONE_CALL).map(([name, need]) => [name, ...calls.map((call) => text(call[need]))]);
  return tableOf({ columns: ["one call", ...NAMES], rows });
}

function cost(played: readonly Usage[]): string {
  const costs = played.map((usage) => costLines(usage));
  const rows = (costs[0] ?? []).map(({ name }, index) => [
    name,
    ...costs.map((lines) => money(lines[index]?.usdPerMillion ?? 0)),
  ]);
  const all = ["in all", ...played.map((usage) => money(usdPerMillion(usage)))];
  return tableOf({ columns: ["$ for a million calls", ...NAMES], rows: [...rows, all] });
}

/** What each promise costs. */
function bound(): string {
  const comings = Object.values(COMING);
  const rows = NEEDED.map((needed) => [
    needed.what,
    needed.why,
    ...comings.map((coming) => money(usdOf(needed, coming))),
  ]);
  const all = (of: (coming: Coming) => Coming) => comings.map((coming) => money(boundUsdPerMillion(of(coming))));
  return tableOf({
    columns: ["$ for a million calls", "why", ...Object.keys(COMING)],
    rows: [
      ...rows,
      ["in all", "", ...all((coming) => coming)],
      ["if ten messages always came together", "only a batching window would give that", ...all(inTens)],
    ],
  });
}

function standing(stacks: Stacks): string {
  const lines = standingCost(stacks);
  const unconfirmed = Object.values(PRICES).flatMap(({ name, read }) => (read === undefined ? [name] : []));
  const rows = lines.map(({ name, used, usd }) => [name, text(used), money(usd)]);
  const all = ["in all", "", money(sum(lines.map(({ usd }) => usd)))];
  const table = tableOf({ columns: ["a month in which nobody calls", "how many", "$"], rows: [...rows, all] });
  return `${table}\n\nNo source that was read confirms the price of: ${unconfirmed.join(", ")}.`;
}

function assumptions(): string {
  const { own, ...others } = ASSUMED_MS;
  const shares = Object.entries(PEOPLE).map(([name, { share }]) => `${name} ${text(100 * share)} %`);
  const times = Object.entries(others).map(([name, ms]) => `${name} ${ms}`);
  return [
    `- What becomes of calls: ${shares.join(", ")}.`,
    `- Times in ms: ${times.join(", ")}; a function's own work ${own} for each message, with half a GB.`,
    `- The slowest message of a full batch takes ${SLOWEST_OF_BATCH} times the average, and the busiest hour has ${PEAK_FACTOR} times that of the day.`,
  ].join("\n");
}

/** Three digits say all that is known; what is counted in whole numbers is counted. */
function text(value: number): string {
  return value.toLocaleString("en", Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 });
}

function money(usd: number): string {
  return usd.toFixed(2);
}
