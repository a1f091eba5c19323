import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Tally, tallyLine, tallyOf } from "./tally.ts";

interface Job {
  readonly command: string;
  readonly args: readonly string[];
  /** How far it yields to others where there are not enough processors; 0 to nobody. */
  readonly niceness: number;
  /** What begins when it is over. */
  readonly next?: readonly Job[];
}

/** The projects of vitest.config.ts that only compute, that are small, and that wait: those of one worker beside all others. */
const COMPUTING = ["simulation", "infrastructure"];
const SMALL = ["unit", "shared", "local"];
const ALONE = ["alone"];
const OF_ONE_WORKER = ["sharing", "browser"];
const OTHERS = [...COMPUTING, ...SMALL, ...ALONE, ...OF_ONE_WORKER].map((name) => `!${name}`);

/** Some of the small tests measure timeouts as well: they yield to crashes, but never stand still. */
const SOMEWHAT = 5;
/** Computes, and has nothing to be in time for. Not the lowest: what never gets a turn runs into timeouts as well. */
const TO_ALL = constants.priority.PRIORITY_BELOW_NORMAL;

const vitest = (projects: readonly string[], niceness = 0): Job => ({
  command: "npx",
  args: ["vitest", "run", ...projects.map((name) => `--project=${name}`)],
  niceness,
});
const script = (name: string): Job => ({ command: "npm", args: ["run", "--silent", name], niceness: TO_ALL });

/** Crashes wait the longest, so that they begin at once. What computes fills the waits of all others, to the end. */
const JOBS: readonly Job[] = [
  { ...vitest(ALONE), next: [vitest(COMPUTING, TO_ALL)] },
  { ...vitest(SMALL, SOMEWHAT), next: [vitest(OTHERS), ...OF_ONE_WORKER.map((project) => vitest([project]))] },
  script("lint"),
  // Those of the stacks are checked by `packages/synth/test/typecheck.test.ts`.
  script("typecheck:code"),
];

/** Hundreds of processes load the same modules: what Node has compiled for one of them, it does not compile for the next. */
const ENVIRONMENT = {
  ...process.env,
  NODE_COMPILE_CACHE: fileURLToPath(new URL("../../node_modules/.cache/promptcall/compiled", import.meta.url)),
};

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
async function run({ command, args, niceness }: Job): Promise<Ended> {
  const child = spawn(command, args, { env: ENVIRONMENT, stdio: ["ignore", "pipe", "inherit"] });
  // Its own children have the same.
  if (niceness > 0 && child.pid !== undefined) setPriority(child.pid, niceness);
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
