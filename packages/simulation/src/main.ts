import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Stacks } from "./cloud/stacks.ts";
import { WiringError } from "./errors.ts";
import { AGREED_PACES } from "./scenario.ts";
import { simulate } from "./simulate.ts";
import { FAULTS, type FaultLevel } from "./world/faults.ts";

const USAGE =
  "npm run simulate -- [--seed N] [--calls N] [--faults heavy|deploying|unreadable|mild|behind|abused|slow|lone|none] [--pace N] [--histories N] [--until-violation]";

function fail(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(1);
}

function options() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      options: {
        seed: text,
        calls: text,
        faults: text,
        pace: text,
        stacks: text,
        histories: text,
        "until-violation": { type: "boolean" },
      },
    }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function positive(name: string, written: string | undefined, fallback: number): number {
  const value = Number(written ?? fallback);
  return Number.isSafeInteger(value) && value > 0
    ? value
    : fail(`--${name} is not a positive whole number: ${written}`);
}

const given = options();
const level = given.faults ?? "heavy";
if (!Object.hasOwn(FAULTS, level)) fail(`--faults is none of ${Object.keys(FAULTS).join(", ")}: ${level}`);
const calls = positive("calls", given.calls, 100);
const firstSeed = positive("seed", given.seed, 1);
const histories = positive("histories", given.histories, 1);

const callsPerSecond = given.pace === undefined ? undefined : positive("pace", given.pace, 1);
if (![undefined, ...AGREED_PACES].includes(callsPerSecond))
  fail(`--pace is none of ${AGREED_PACES.join(", ")}: ${callsPerSecond}`);

/** The evaluated stacks, where a caller has done that already. */
const stacks = given.stacks === undefined ? undefined : (JSON.parse(await readFile(given.stacks, "utf8")) as Stacks);

const outcomes: Record<string, number> = {};
const totals = { calls: 0, accepted: 0, dialed: 0, limited: 0, steps: 0, violations: 0 };
const startedMs = performance.now();
for (let seed = firstSeed; seed < firstSeed + histories; seed += 1) {
  const options = { seed, calls, level: level as FaultLevel, callsPerSecond, ...(stacks && { stacks }) };
  const report = await simulate(options).catch((error: unknown) => {
    if (error instanceof WiringError) console.log(`seed ${seed}: ${error.message}`);
    throw error;
  });
  for (const [outcome, count] of Object.entries(report.outcomes)) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  totals.calls += report.calls;
  totals.accepted += report.accepted;
  totals.dialed += report.dialed;
  totals.limited += report.limited;
  totals.steps += report.steps;
  totals.violations += report.violations.length;
  if (histories === 1) console.log(`digest ${report.digest}`);
  for (const violation of report.violations) console.log(`seed ${seed}: ${violation}`);
  if (given["until-violation"] && report.violations.length > 0) break;
}
const seconds = (performance.now() - startedMs) / 1000;
console.log(`faults ${level}, histories from seed ${firstSeed}: ${histories}`);
console.log(
  Object.entries(totals)
    .map(([name, count]) => `${name} ${count}`)
    .join(", "),
);
console.log(
  Object.entries(outcomes)
    .sort()
    .map(([name, count]) => `${name} ${count}`)
    .join(", "),
);
console.log(`${Math.round(totals.calls / seconds)} calls/s, ${Math.round(totals.steps / seconds)} steps/s`);
process.exit(totals.violations === 0 ? 0 : 1);
