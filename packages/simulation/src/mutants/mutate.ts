import { parseArgs } from "node:util";
import type { Mutant } from "./mutant.ts";
import { MUTANTS } from "./mutants.ts";
import { runMutant } from "./run-mutant.ts";

const { values, positionals } = parseArgs({
  options: { histories: { type: "string", default: "1000" } },
  allowPositionals: true,
});

async function runAndPrint(mutant: Mutant): Promise<boolean> {
  const { violation, histories } = await runMutant(mutant, { histories: Number(values.histories) });
  const verdict = violation === undefined ? "SURVIVED" : "killed  ";
  console.log(`${verdict}  ${mutant.name} (${histories} histories)\n          ${violation ?? mutant.file}`);
  return violation !== undefined;
}

const startedMs = performance.now();
const [named = ""] = positionals;
const waiting = MUTANTS.filter(({ name }) => name.includes(named));
const count = waiting.length;
const results: boolean[] = [];
// Two at a time, for machines with few cores.
await Promise.all(
  [1, 2].map(async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results.push(await runAndPrint(next));
  }),
);
const dead = results.filter(Boolean).length;
console.log(`${dead} of ${count} mutants killed in ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exit(dead === count ? 0 : 1);
