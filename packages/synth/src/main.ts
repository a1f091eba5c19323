import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { ProgramFailedError } from "./errors.ts";
import { comparedWith, EVERY_VARIABLE } from "./names.ts";
import { synthesize } from "./run/synthesize.ts";

const { values } = parseArgs({
  options: {
    stage: { type: "string", default: "production" },
    root: { type: "string", default: "." },
    out: { type: "string" },
    "write-names": { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const repository = fileURLToPath(new URL("../../..", import.meta.url));
  if (values["write-names"]) return await writeNames({ repository });
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

async function writeNames({ repository }: { repository: string }): Promise<void> {
  const graph = await synthesize({
    repository,
    root: repository,
    stage: "production",
    variables: EVERY_VARIABLE,
    code: "left out",
  });
  const file = path.join(repository, "packages/synth/names.txt");
  const names = (await readFile(file, "utf8")).split("\n").filter((name) => name !== "");
  const { lost, added } = comparedWith({ graph, names });
  await writeFile(file, `${[...names, ...added].toSorted().join("\n")}\n`);
  for (const name of added) console.log(`added: ${name}`);
  for (const name of lost) console.log(`no longer there: ${name}`);
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
