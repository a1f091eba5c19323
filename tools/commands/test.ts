import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { type Tally, tallyLine, tallyOf } from "./tally.ts";

interface Job {
  readonly command: string;
  readonly args: readonly string[];
  /** Whether it takes only the processor time that others leave: it computes, and has nothing to be in time for. */
  readonly yields: boolean;
  /** What begins when it is over. */
  readonly next?: readonly Job[];
}

/** The projects of vitest.config.ts that only compute, that are small, that a processor is theirs, and that mostly wait. */
const COMPUTING = ["simulation", "infrastructure"];
const SMALL = ["unit", "shared", "local"];
const ALONE = ["alone"];
const BROWSER = ["browser"];
const OTHERS = [...COMPUTING, ...SMALL, ...ALONE, ...BROWSER].map((name) => `!${name}`);

const vitest = (projects: readonly string[]) => ["vitest", "run", ...projects.map((name) => `--project=${name}`)];

/**
 * What measures itself against timeouts goes first everywhere, and waits a lot: what yields has the processors then. Crashes
 * wait the longest, so that they begin at once, and what computes is there to the end.
 */
const JOBS: readonly Job[] = [
  {
    command: "npx",
    args: vitest(ALONE),
    yields: false,
    next: [{ command: "npx", args: vitest(COMPUTING), yields: true }],
  },
  {
    command: "npx",
    args: vitest(SMALL),
    yields: true,
    next: [OTHERS, BROWSER].map((projects) => ({ command: "npx", args: vitest(projects), yields: false })),
  },
  { command: "npm", args: ["run", "--silent", "lint"], yields: true },
  // Those of the stacks are checked by `packages/synth/test/typecheck.test.ts`.
  { command: "npm", args: ["run", "--silent", "typecheck:code"], yields: true },
];

interface Ended {
  readonly name: string;
  readonly code: number | null;
  readonly tallies: readonly Tally[];
}

/** Runs it, and what comes after it, whether it has failed or not. */
async function runAll(job: Job): Promise<readonly Ended[]> {
  const ended = await run(job);
  return [ended, ...(await Promise.all((job.next ?? []).map(runAll))).flat()];
}

/** Shows what it prints, but for the lines that count its tests. */
async function run({ command, args, yields }: Job): Promise<Ended> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  // Its own children have the same. Not the lowest: what never gets a turn runs into timeouts as well.
  if (yields && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  const tallies: Tally[] = [];
  createInterface(child.stdout).on("line", (line) => {
    const tally = tallyOf(line);
    if (tally === undefined) console.log(line);
    else tallies.push(tally);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { name: [command, ...args].join(" "), code, tallies };
}

parseArgs({ options: {} });
const ended = (await Promise.all(JOBS.map(runAll))).flat();
const tallies = ended.flatMap((job) => job.tallies);
const failures = ended.filter(({ code }) => code !== 0);
for (const { name } of failures) console.error(`This failed: ${name}`);
const sum = (count: (tally: Tally) => number) => tallies.reduce((total, tally) => total + count(tally), 0);
// What failed without having counted anything is one failure.
const uncounted = failures.filter((job) => job.tallies.every(({ failed }) => failed === 0)).length;
console.log(tallyLine({ passed: sum(({ passed }) => passed), failed: sum(({ failed }) => failed) + uncounted }));
process.exitCode = failures.length === 0 ? 0 : 1;
