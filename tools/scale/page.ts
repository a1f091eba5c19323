import { DEFAULT_CALLS_PER_SECOND, MOST_BATCHES_OF_LOOP } from "@promptcall/core/dialing/loop";
import { COMMAND_MS, OUTSIDE_MS, OWN_MS, PEAK_FACTOR, SLOWEST_OF_BATCH } from "./assumptions.ts";
import { costOf, standingCost, totalUsd } from "./cost.ts";
import { JOURNEYS } from "./journeys.ts";
import { firstFull, fullAt, LIMITS } from "./limits.ts";
import { burstOf, paceOf, writesOfLoop } from "./one-application.ts";
import { LOOP_BYTES } from "./operations.ts";
import { dialedNow, ofBatch, waited } from "./paths.ts";
import { PRICES } from "./prices.ts";
import { type Usage, usageOf } from "./usage.ts";

const SLOW = DEFAULT_CALLS_PER_SECOND;
const FAST = 30;
const PACES = [1 / 2, 1, SLOW, 10, FAST, 100];
const BURST = 100_000;

const PATHS = [dialedNow(), waited(SLOW), ofBatch(SLOW), ofBatch(FAST)];
const NAMES = PATHS.map(({ name }) => name);
const USAGES = PATHS.map(usageOf);
const COSTS = PATHS.map(costOf);

/** What `docs/scale.md` shows, by the names of its places for it. */
export const BLOCKS: ReadonlyMap<string, string> = new Map([
  ["short", short()],
  ["limits", limits()],
  ["application", application()],
  ["burst", burst()],
  ["call", oneCall()],
  ["cost", cost()],
  ["assumptions", assumptions()],
]);

/** The page, with each of them in its place. */
export function scalePage(page: string): string {
  return [...BLOCKS].reduce((written, [name, shown]) => {
    const place = new RegExp(`(?<=<!-- ${name} -->\n).*(?=<!-- end of ${name} -->)`, "s");
    if (!place.test(written)) throw new Error(`docs/scale.md has no place for ${name}`);
    return written.replace(place, () => `${shown}\n`);
  }, page);
}

function short(): string {
  const carried = USAGES.map((usage, index) => {
    const limit = firstFull(usage);
    const perSecond = fullAt(limit, usage);
    const aDay = (perSecond * 86_400) / PEAK_FACTOR / 1e6;
    const costs = `$${money(1e6 * totalUsd(COSTS[index] ?? []))}`;
    return [NAMES[index] ?? "", text(perSecond), limit.name, text(aDay), costs];
  });
  return table(["calls", "calls/s", "what is full then", "millions a day", "a million costs"], carried);
}

function limits(): string {
  const rows = LIMITS.map((limit) => {
    const full = USAGES.map((usage) => fullAt(limit, usage));
    return { least: Math.min(...full), cells: [limit.name, text(limit.most), ...full.map(text), limit.setBy] };
  }).sort((one, other) => one.least - other.least);
  return table(
    ["limit", "most", ...NAMES, "set by"],
    rows.map(({ cells }) => cells),
  );
}

function application(): string {
  const rows = PACES.map((agreed) => {
    const { calls, everyMs, dialedPerSecond, parts, acceptedAtMost } = paceOf(agreed);
    return [agreed, calls, everyMs, dialedPerSecond, (100 * dialedPerSecond) / agreed, parts, acceptedAtMost].map(text);
  });
  const head = [
    "agreed calls/s",
    "calls a step",
    "ms a step",
    "dialed/s",
    "% of what is agreed",
    "parts",
    "accepted at most",
  ];
  const writes = [LOOP_BYTES.one, LOOP_BYTES.most].map((bytes) => `${text(writesOfLoop(bytes))} writes/s`);
  return `${table(head, rows)}

The item of a loop with one batch takes ${writes[0]}; with ${MOST_BATCHES_OF_LOOP}, which is the most, it is ${text(LOOP_BYTES.most)} bytes, and takes ${writes[1]}.`;
}

function burst(): string {
  const paces = [SLOW, FAST].map((agreed) => ({ agreed, ...burstOf({ calls: BURST, callsPerSecond: agreed }) }));
  const rows = paces.map(({ agreed, batches, accepted, dialedWithinSeconds }) =>
    [agreed, BURST, batches, accepted, BURST - accepted, dialedWithinSeconds].map(text),
  );
  const head = ["agreed calls/s", "calls", "batches", "accepted", "refused", "all dialed within, s"];
  const { writesOfBatch, singlesLetInWithinSeconds } = burstOf({ calls: BURST, callsPerSecond: SLOW });
  return `${table(head, rows)}

A full batch is ${text(writesOfBatch)} writes at once. Of as many single requests, the last is let in after ${text(singlesLetInWithinSeconds)} s.`;
}

function oneCall(): string {
  const rows: [string, (usage: Usage) => number][] = [
    ["webhooks", (usage) => usage.webhooks],
    ["messages in queues", (usage) => usage.messages],
    ["invocations", (usage) => usage.invocations],
    ["seconds of functions", (usage) => usage.seconds],
    ["PutEvents", (usage) => usage.events],
    ["events given to a queue", (usage) => usage.deliveries],
    ["read units", (usage) => usage.readUnits],
    ["write units", (usage) => usage.writeUnits],
  ];
  return table(
    ["one call", ...NAMES],
    rows.map(([name, of]) => [name, ...USAGES.map(of).map(text)]),
  );
}

function cost(): string {
  const rows = (COSTS[0] ?? []).map(({ price }, index) => {
    const usd = COSTS.map((lines) => money(1e6 * (lines[index]?.usd ?? 0)));
    const { name, usd: each } = PRICES[price];
    return [name, each < 0.001 ? `${(1e6 * each).toPrecision(3)} a million` : `${each}`, ...usd];
  });
  const total = ["in all", "", ...COSTS.map((lines) => money(1e6 * totalUsd(lines)))];
  const unconfirmed = Object.values(PRICES).flatMap(({ name, read }) => (read === undefined ? [name] : []));
  const standing = standingCost().map(({ price, used, usd }) => `${PRICES[price].name} (${text(used)}) $${money(usd)}`);
  return `${table(["$ for a million calls", "price, $", ...NAMES], [...rows, total])}

A month in which nobody calls costs $${money(totalUsd(standingCost()))}: ${standing.join(", ")}. Not confirmed by a source that was read: ${unconfirmed.join(", ")}.`;
}

function assumptions(): string {
  const shares = Object.entries(JOURNEYS).map(([name, { share }]) => `${name} ${text(100 * share)} %`);
  const times = Object.entries({ ...COMMAND_MS, ...OUTSIDE_MS }).map(([name, ms]) => `${name} ${ms}`);
  return [
    `- What becomes of calls: ${shares.join(", ")}.`,
    `- Times in ms: ${times.join(", ")}; a function's own work ${OWN_MS} for each message, with half a GB.`,
    `- The slowest message of a full batch takes ${SLOWEST_OF_BATCH} times the average, and the busiest hour has ${PEAK_FACTOR} times that of the day.`,
  ].join("\n");
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
