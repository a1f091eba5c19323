import { spawn } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { evaluateAltered } from "../cloud/altered-stacks.ts";
import { evaluateStacks, type Stacks } from "../cloud/stacks.ts";
import type { Mutant } from "./mutant.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const folder = join(root, "node_modules/.cache/promptcall/mutants");

export interface MutantRun {
  readonly violation: string | undefined;
  readonly histories: number;
}

/** Runs histories with one safety line removed, until one fails. No file of the project is changed. */
export async function runMutant(mutant: Mutant, { histories }: { histories: number }): Promise<MutantRun> {
  await mkdir(folder, { recursive: true });
  const name = join(folder, mutant.name.replaceAll(/\W+/g, "-"));
  const files = { script: `${name}.mjs`, stacks: `${name}.json` };
  try {
    const stacks = await bundleMutant(mutant, files.script);
    await writeFile(files.stacks, JSON.stringify(stacks));
    return await runHistories(mutant, { ...files, histories });
  } finally {
    await Promise.all(Object.values(files).map((file) => rm(file, { force: true })));
  }
}

/** A mutant of the stacks changes a copy before evaluation; any other changes the bundle. */
async function bundleMutant(mutant: Mutant, outfile: string): Promise<Stacks> {
  const isOfStacks = mutant.file.startsWith("stacks/");
  await bundle(isOfStacks ? undefined : mutant, outfile);
  return isOfStacks ? await evaluateAltered(mutant) : await evaluateStacks();
}

async function bundle(mutant: Mutant | undefined, outfile: string): Promise<void> {
  const mutated = mutant && (await mutatedText(mutant));
  let isMutated = false;
  await build({
    entryPoints: [join(root, "packages/simulation/src/main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["esbuild"],
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
    plugins: [
      {
        name: "mutate",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (mutated === undefined || relative(join(root, mutant?.file ?? ""), path) !== "") return undefined;
            isMutated = true;
            return { contents: mutated, loader: "ts" };
          });
        },
      },
    ],
  });
  if (mutant !== undefined && !isMutated)
    throw new Error(`"${mutant.name}": the simulation does not use ${mutant.file}`);
}

async function mutatedText({ name, file, find, replace }: Mutant): Promise<string> {
  const source = await readFile(join(root, file), "utf8");
  if (source.split(find).length !== 2) throw new Error(`"${name}": its line is not found exactly once in ${file}`);
  return source.replace(find, () => replace);
}

/** A mutant that fails without faults fails in the first few histories. */
const HISTORIES_WITHOUT_FAULTS = 4;
const CALLS = 40;

async function runHistories(
  { name, calls = CALLS, pace, level: own }: Mutant,
  { script, stacks, histories }: { script: string; stacks: string; histories: number },
): Promise<MutantRun> {
  let tried = 0;
  for (const level of own === undefined ? ["none", "heavy"] : [own]) {
    const most = own === undefined && level === "none" ? Math.min(HISTORIES_WITHOUT_FAULTS, histories) : histories;
    const size = ["--calls", String(calls), "--histories", String(most), ...(pace ? ["--pace", String(pace)] : [])];
    const args = [script, "--stacks", stacks, "--faults", level, ...size, "--until-violation"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    for await (const chunk of child.stdout) output += chunk;
    const [violation, seed] = /^seed (\d+).*$/m.exec(output) ?? [];
    if (violation !== undefined) return { violation: `faults ${level}, ${violation}`, histories: tried + Number(seed) };
    // Any other failure of the child proves nothing.
    if (!output.includes(", violations 0\n"))
      throw new Error(`"${name}" did not get to its end: ${output.slice(-500)}`);
    tried += most;
  }
  return { violation: undefined, histories: tried };
}
