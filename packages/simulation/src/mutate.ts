import { spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { MUTANTS, type Mutant } from "./mutants.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const folder = join(root, "node_modules/.cache/promptcall/mutants");
const HISTORIES = 1_000;

/** Bundles the simulation with one safety line changed in memory: no file of the project is touched. */
async function bundle(mutant: Mutant, outfile: string): Promise<void> {
  const file = join(root, mutant.file);
  const source = await readFile(file, "utf8");
  if (source.split(mutant.find).length !== 2)
    throw new Error(`"${mutant.name}": its line is not found exactly once in ${mutant.file}`);
  const mutated = source.replace(mutant.find, () => mutant.replace);
  let isMutated = false;
  await build({
    entryPoints: [join(root, "packages/simulation/src/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
    plugins: [
      {
        name: "mutate",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (relative(file, path) !== "") return undefined;
            isMutated = true;
            return { contents: mutated, loader: "ts" };
          });
        },
      },
    ],
  });
  if (!isMutated) throw new Error(`"${mutant.name}": the simulation does not use ${mutant.file}`);
}

/** The first violation in a run of histories, as it is printed; undefined when all of them hold. */
async function killed(script: string): Promise<string | undefined> {
  for (const level of ["none", "heavy"]) {
    const histories = level === "none" ? 5 : HISTORIES;
    const args = [script, "--faults", level, "--calls", "40", "--histories", String(histories), "--until-violation"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    for await (const chunk of child.stdout) output += chunk;
    const violation = /^seed .*$/m.exec(output)?.[0];
    if (violation !== undefined) return `faults ${level}, ${violation}`;
  }
  return undefined;
}

async function tryOut(mutant: Mutant, index: number): Promise<boolean> {
  const script = join(folder, `${index}.mjs`);
  await bundle(mutant, script);
  const violation = await killed(script);
  console.log(
    `${violation === undefined ? "SURVIVED" : "killed  "}  ${mutant.name}\n          ${violation ?? mutant.file}`,
  );
  return violation !== undefined;
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const startedMs = performance.now();
const [named = ""] = process.argv.slice(2);
const waiting = [...MUTANTS.entries()].filter(([, { name }]) => name.includes(named));
const count = waiting.length;
const results: boolean[] = [];
// As many at a time as there are usually cores to spare.
await Promise.all(
  [1, 2].map(async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      results.push(await tryOut(next[1], next[0]));
  }),
);
const dead = results.filter(Boolean).length;
console.log(`${dead} of ${count} mutants killed in ${Math.round((performance.now() - startedMs) / 1000)} s`);
process.exit(dead === count ? 0 : 1);
