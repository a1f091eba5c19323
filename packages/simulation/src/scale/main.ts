import { parseArgs } from "node:util";
import { stageConfig } from "../../../../stacks/config.ts";
import { PEAK_FACTOR } from "./assumptions.ts";
import { figuresOf } from "./figures.ts";
import { quotasOf } from "./quotas.ts";
import { costReport, flowReport, quotaReport } from "./report.ts";
import { burstOf, dayOf, type Scenario } from "./scenarios.ts";
import { deployedSettings, liftedSettings } from "./settings.ts";

const USAGE = `npm run scale -- --calls-per-day N [--peak-factor N] [--applications N] [--seed N]
npm run scale -- --burst N [--together N] [--seed N]
npm run scale -- --calls-per-month N`;

function fail(message: string): never {
  console.error(`${message}\n${USAGE}`);
  process.exit(1);
}

function options() {
  const text = { type: "string" } as const;
  const known = {
    "calls-per-day": text,
    burst: text,
    together: text,
    "calls-per-month": text,
    "peak-factor": text,
    applications: text,
    seed: text,
  };
  try {
    return parseArgs({ options: known }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

const given = options();

function positive(name: keyof typeof given): number | undefined {
  const written = given[name];
  if (written === undefined) return undefined;
  const value = Number(written);
  return value > 0 && Number.isFinite(value) ? value : fail(`--${name} is not a positive number: ${written}`);
}

function simulate(scenario: Scenario): void {
  const seed = positive("seed") ?? 1;
  const settings = deployedSettings();
  console.log(`${scenario.name}, ${scenario.applications.toLocaleString("en")} applications, seed ${seed}`);
  if (scenario.isSteady) {
    const need = figuresOf({ scenario, settings: liftedSettings(), seed });
    const quotas = quotaReport(quotasOf(need, settings), need.perSecond.apiRequests.mean);
    console.log(`\nWhat it needs, our own bounds lifted\n\n${quotas}\n\n${flowReport(need)}`);
  }
  const found = figuresOf({ scenario, settings, seed });
  console.log(`\nAs it is deployed\n\n${flowReport(found)}`);
  if (!scenario.isSteady) console.log(`\n${quotaReport(quotasOf(found, settings), undefined)}`);
}

const callsPerDay = positive("calls-per-day");
const burst = positive("burst");
const callsPerMonth = positive("calls-per-month");
const applications = positive("applications");
if ([callsPerDay, burst, callsPerMonth].filter((value) => value !== undefined).length !== 1)
  fail("Name one of --calls-per-day, --burst and --calls-per-month.");
if (callsPerDay !== undefined)
  simulate(dayOf({ callsPerDay, applications, peakFactor: positive("peak-factor") ?? PEAK_FACTOR }));
if (burst !== undefined) simulate(burstOf({ calls: burst, together: positive("together") }));
if (callsPerMonth !== undefined) {
  const { retentionDays } = stageConfig("production").settings;
  console.log(costReport({ callsPerMonth, retentionDays }));
}
