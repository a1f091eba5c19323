import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ProgramFailedError } from "./errors.ts";
import { synthesize } from "./synthesize.ts";

const USAGE = `npm run synth -- [--stage production] [--root .] [--out file]

Writes what a deployment of the stage would create, as sorted JSON, without an AWS account.`;

const { values } = parseArgs({
  options: {
    stage: { type: "string", default: "production" },
    root: { type: "string", default: "." },
    out: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  const repository = fileURLToPath(new URL("../../..", import.meta.url));
  const root = path.resolve(values.root);
  const graph = await synthesize({ repository, root, stage: values.stage, variables: variablesOfStacks() });
  const out = path.resolve(values.out ?? path.join(root, ".sst/synth", `${values.stage}.json`));
  await mkdir(path.dirname(out), { recursive: true });
  await writeFile(out, `${JSON.stringify(graph, undefined, 2)}\n`);
  const kilobytes = graph.functions.reduce((total, { bundleBytes }) => total + bundleBytes, 0) / 1000;
  console.log(`${graph.app.name}, stage ${values.stage}: ${graph.resources.length} resources,`);
  console.log(
    `${graph.functions.length} functions with ${Math.round(kilobytes)} kB of code, in ${path.relative(".", out)}`,
  );
}

/** The stacks see what they would see in a deployment. */
function variablesOfStacks(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ProgramFailedError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
