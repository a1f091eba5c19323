import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import { RequestOptionsSchema } from "@promptcall/core/contracts/request";
import { callsThatFit } from "@promptcall/core/dialing/estimate";
import { callsOfStep, MOST_BATCHES_OF_LOOP, newLoop, stepIntervalMs } from "@promptcall/core/dialing/loop";
import type { Stacks } from "@promptcall/simulation/cloud/stacks";
import { sum } from "../bench/statistics.ts";
import { COMMAND_MS, OUTSIDE_MS, OWN_MS, PEAK_FACTOR, SLOWEST_OF_BATCH } from "./assumptions.ts";
import { boundUsdPerMillion, NEEDED, usdOf } from "./bound.ts";
import { type CostLine, costLines } from "./cost.ts";
import type { Played } from "./counter.ts";
import { KINDS } from "./kinds.ts";
import { firstFull, fullAt, LIMITS, type Needs, needsOf } from "./limits.ts";
import { PEOPLE } from "./people.ts";
import { PRICES } from "./prices.ts";
import { standingCost } from "./standing.ts";

const PACES = [1 / 2, 1, 3, 10, 30, 100];
const NAMES = KINDS.map(({ name }) => name);

/** What `docs/scale.md` shows of the calls that were played, by the names of its places. */
export function scaleBlocks({
  stacks,
  played,
}: {
  stacks: Stacks;
  played: readonly Played[];
}): ReadonlyMap<string, string> {
  const computed = { calls: played.map(needsOf), costs: played.map(costLines) };
  return new Map([
    ["short", short(computed)],
    ["limits", limits(computed)],
    ["application", application()],
    ["call", oneCall(computed)],
    ["cost", `${cost(computed)}\n\n${standing(stacks)}`],
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

interface Computed {
  readonly calls: readonly Needs[];
  readonly costs: readonly (readonly CostLine[])[];
}

function short({ calls, costs }: Computed): string {
  const rows = calls.map((call, index) => {
    const limit = firstFull(call);
    const perSecond = fullAt(limit, call);
    const aDay = (perSecond * 86_400) / PEAK_FACTOR / 1e6;
    return [NAMES[index] ?? "", text(perSecond), limit.name, text(aDay), `$${money(totalOf(costs[index]))}`];
  });
  return table(["calls", "calls/s", "what is full then", "millions a day", "a million costs"], rows);
}

function limits({ calls }: Computed): string {
  const rows = LIMITS.map((limit) => ({ limit, full: calls.map((call) => fullAt(limit, call)) }))
    .sort((one, other) => Math.min(...one.full) - Math.min(...other.full))
    .map(({ limit: { name, most, setBy }, full }) => [name, text(most), ...full.map(text), setBy]);
  return table(["limit", "most", ...NAMES, "set by"], rows);
}

function application(): string {
  const byMs = RequestOptionsSchema.parse({}).expires_in * 1_000;
  const wanted = { count: MOST_BATCHES_OF_LOOP * MOST_CALLS_OF_BATCH, startMs: 0, byMs };
  const rows = PACES.map((agreed) => {
    const [calls, everyMs] = [callsOfStep(agreed), stepIntervalMs(agreed)];
    const accepted = callsThatFit(wanted, { loop: newLoop(agreed), nowMs: 0 });
    return [agreed, calls, everyMs, (calls * 1_000) / everyMs, accepted].map(text);
  });
  return table(["agreed calls/s", "calls a step", "ms a step", "dialed/s", "accepted at most"], rows);
}

function oneCall({ calls }: Computed): string {
  const rows: [string, (call: Needs) => number][] = [
    ["requests to the gateway", (call) => call.apiRequests],
    ["webhooks", (call) => call.webhooks],
    ["messages in queues", (call) => call.messages],
    ["invocations", (call) => call.invocations],
    ["seconds of functions", (call) => call.seconds],
    ["events", (call) => call.events],
    ["events given to a queue", (call) => call.deliveries],
    ["read units", (call) => call.readUnits],
    ["write units", (call) => call.writeUnits],
  ];
  return table(
    ["one call", ...NAMES],
    rows.map(([name, of]) => [name, ...calls.map(of).map(text)]),
  );
}

function cost({ costs }: Computed): string {
  const rows = (costs[0] ?? []).map(({ name }, index) => [
    name,
    ...costs.map((lines) => money(lines[index]?.usdPerMillion ?? 0)),
  ]);
  return table(
    ["$ for a million calls", ...NAMES],
    [...rows, ["in all", ...costs.map((lines) => money(totalOf(lines)))]],
  );
}

/** What each promise costs, and what there is besides. */
function bound(): string {
  const rows = NEEDED.map((needed) => [
    needed.what,
    needed.why,
    money(usdOf(needed, "single")),
    money(usdOf(needed, "batch")),
  ]);
  const all = ["in all", "", money(boundUsdPerMillion("single")), money(boundUsdPerMillion("batch"))];
  return table(["$ for a million calls", "why", "single", "of a batch, 30/s"], [...rows, all]);
}

function standing(stacks: Stacks): string {
  const lines = standingCost(stacks);
  const unconfirmed = Object.values(PRICES).flatMap(({ name, read }) => (read === undefined ? [name] : []));
  return `A month in which nobody calls costs $${money(sum(lines.map(({ usd }) => usd)))}: ${lines.map(({ name, used, usd }) => `${name} (${text(used)}) $${money(usd)}`).join(", ")}. No source that was read confirms the price of: ${unconfirmed.join(", ")}.`;
}

function assumptions(): string {
  const shares = Object.entries(PEOPLE).map(([name, { share }]) => `${name} ${text(100 * share)} %`);
  const times = Object.entries({ ...COMMAND_MS, ...OUTSIDE_MS }).map(([name, ms]) => `${name} ${ms}`);
  return [
    `- What becomes of calls: ${shares.join(", ")}.`,
    `- Times in ms: ${times.join(", ")}; a function's own work ${OWN_MS} for each message, with half a GB.`,
    `- The slowest message of a full batch takes ${SLOWEST_OF_BATCH} times the average, and the busiest hour has ${PEAK_FACTOR} times that of the day.`,
  ].join("\n");
}

function totalOf(lines: readonly CostLine[] = []): number {
  return sum(lines.map(({ usdPerMillion }) => usdPerMillion));
}

/** Markdown, also to be read as it is: the first column to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const isNumber = head.map((_, column) => rows.every((row) => /^[\d.,]*$/.test(row[column] ?? "")));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, column) => (isNumber[column] ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  return [head, rule, ...rows].map(line).join("\n");
}

/** Three digits say all that is known; what is counted in whole numbers is counted. */
function text(value: number): string {
  return value.toLocaleString("en", Number.isInteger(value) ? {} : { maximumSignificantDigits: 3 });
}

function money(usd: number): string {
  return usd.toFixed(2);
}
