import { randomUUID } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { Graph } from "../graph.ts";
import { platformFolder } from "./platform.ts";
import { runProgram } from "./processes.ts";
import { type Code, startRuntime } from "./runtime.ts";
import { sorted } from "./sorted.ts";

const HERE = path.dirname(fileURLToPath(import.meta.url));

/**
 * Evaluates the program in `root` (its `sst.config.ts`) for one stage with SST's own components, on top of Pulumi's
 * mocks: what a deployment would ask of AWS, without AWS. `variables` are the environment it is evaluated in, secrets
 * among them (`SST_SECRET_<Name>`).
 */
export async function synthesize(args: {
  /** The repository, in whose `node_modules` SST's platform is kept. */
  repository: string;
  root: string;
  stage: string;
  variables?: Readonly<Record<string, string>>;
  code?: Code;
}): Promise<Graph> {
  const platform = await platformFolder({ root: args.repository });
  // Inside the platform, so that what the bundle leaves out is found there.
  const work = path.join(platform, "synth", randomUUID());
  await mkdir(work, { recursive: true });
  const runtime = await startRuntime({
    root: args.root,
    outFolder: path.join(work, "functions"),
    code: args.code ?? "bundled",
  });
  try {
    const bundle = path.join(work, "program.mjs");
    const outFile = path.join(work, "graph.json");
    await bundleProgram({ root: args.root, platform, bundle });
    const evaluate = (...options: string[]) =>
      runProgram({
        command: process.execPath,
        args: [...options, bundle],
        cwd: args.root,
        env: {
          PATH: process.env.PATH,
          // Pulumi's packages are compiled once for all evaluations.
          NODE_COMPILE_CACHE: path.join(platform, "synth", "compiled"),
          ...args.variables,
          SST_SERVER: runtime.url,
          SYNTH_INPUT: JSON.stringify({ root: args.root, work, platform, stage: args.stage, outFile }),
        },
      });
    // Pulumi takes a stack trace of everything that it waits for, which is a third of the work. Only a failure needs it.
    await evaluate("--stack-trace-limit=0").catch(() => evaluate());
    const graph = JSON.parse(await readFile(outFile, "utf8")) as Omit<Graph, "functions">;
    return sorted({ ...graph, functions: runtime.functions }, { root: args.root, work });
  } finally {
    await runtime.stop();
    await rm(work, { recursive: true, force: true });
  }
}

async function bundleProgram(args: { root: string; platform: string; bundle: string }): Promise<void> {
  const { root, platform, bundle } = args;
  await build({
    entryPoints: [path.join(HERE, "../evaluate/program.ts")],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node24",
    mainFields: ["module", "main"],
    keepNames: true,
    sourcemap: "inline",
    logLevel: "silent",
    // In this order: modules of SST's read the globals while they are loaded.
    inject: [path.join(HERE, "../evaluate/globals.ts"), path.join(platform, "src/shim/run.js")],
    alias: {
      "synth-config": path.join(root, "sst.config.ts"),
      "sst-platform/components": path.join(platform, "src/components/index.ts"),
      "sst-platform/run": path.join(platform, "src/auto/run.ts"),
    },
    plugins: [platformPackages(platform)],
    banner: {
      js: `import { createRequire as topLevelCreateRequire } from "node:module"; const require = topLevelCreateRequire(import.meta.url);`,
    },
  });
}

/** What SST's platform has installed stays outside of the bundle; what our program imports goes into it. */
function platformPackages(platform: string): Plugin {
  return {
    name: "platform-packages",
    setup({ onResolve }) {
      onResolve({ filter: /^[^./]/ }, ({ path: name, importer }) => {
        const isPlatforms = importer.startsWith(platform) || name.startsWith("@pulumi/");
        return isPlatforms ? { path: name, external: true } : undefined;
      });
    },
  };
}
