import { createHash, randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { InvalidArgumentError, LocalError } from "../errors.ts";
import { NODE_BUNDLE } from "./bundle.ts";
import { cacheFolder } from "./cache.ts";
import { rawNamespace, transformRaw } from "./components/raw.ts";
import { sst } from "./components/sst.ts";
import type { App, Config } from "./config.ts";
import { concat, interpolate, jsonStringify, output } from "./output.ts";
import { type Program, withProgram } from "./program.ts";

/** Where a bundled sst.config.ts finds the globals of its own evaluation. */
const EVALUATIONS = Symbol.for("promptcall.local.evaluations");

let evaluating: Promise<unknown> = Promise.resolve();

/**
 * Runs `app` and `run` of the config in `root`. One evaluation at a time: the stacks read `process.env`, which the
 * whole process shares.
 */
export function evaluate(args: {
  root: string;
  program: Program;
  variables: Record<string, string>;
}): Promise<Record<string, unknown>> {
  const result = evaluating.then(() => evaluateAlone(args));
  evaluating = result.catch(() => undefined);
  return result;
}

async function evaluateAlone(args: { root: string; program: Program; variables: Record<string, string> }) {
  const { program } = args;
  const id = randomUUID();
  const app = { name: "", stage: program.stage };
  const evaluations = sharedRegistry();
  evaluations.set(id, globals(app));
  const restore = setVariables(args.variables);
  try {
    const config = await importConfig({ root: args.root, id });
    const declared = await config.app({ stage: program.stage });
    app.name = declared.name;
    program.app = { name: declared.name, region: regionOf(declared) };
    return (await withProgram({ program, run: () => config.run() })) ?? {};
  } finally {
    restore();
    evaluations.delete(id);
  }
}

function globals(app: { name: string; stage: string }) {
  return {
    $app: app,
    $config: (config: Config) => config,
    $dev: false,
    $interpolate: interpolate,
    $jsonStringify: jsonStringify,
    $concat: concat,
    $output: output,
    $resolve: output,
    $transform: transformRaw,
    sst,
    aws: rawNamespace(),
  };
}

function sharedRegistry(): Map<string, ReturnType<typeof globals>> {
  const holder = globalThis as { [EVALUATIONS]?: Map<string, ReturnType<typeof globals>> };
  holder[EVALUATIONS] ??= new Map();
  return holder[EVALUATIONS];
}

function regionOf(app: App): string {
  if (app.home !== "aws") {
    throw new InvalidArgumentError({ component: "sst.config.ts", reason: `the home "${app.home}" is not imitated.` });
  }
  const provider = app.providers?.aws;
  return (typeof provider === "object" ? provider.region : undefined) ?? process.env.AWS_REGION ?? "us-east-1";
}

/** One file under a name of its own: a module that is imported twice would be evaluated once. */
async function importConfig({ root, id }: { root: string; id: string }): Promise<Config> {
  const entry = path.resolve(root, "sst.config.ts");
  const names = Object.keys(globals({ name: "", stage: "" })).join(", ");
  const result = await build({
    ...NODE_BUNDLE,
    entryPoints: [entry],
    absWorkingDir: path.resolve(root),
    sourcemap: "inline",
    banner: {
      js: `${NODE_BUNDLE.banner.js}\nconst { ${names} } = globalThis[Symbol.for("promptcall.local.evaluations")].get("${id}");`,
    },
  }).catch((cause: unknown) => {
    throw new LocalError(`sst.config.ts in ${root} cannot be bundled: ${String(cause)}`, { cause });
  });
  const text = result.outputFiles[0]?.text ?? "";
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 16);
  const file = path.join(await cacheFolder(root), `config-${hash}.mjs`);
  await writeFile(file, text);
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: Config };
    return module.default;
  } finally {
    await rm(file, { force: true });
  }
}

function setVariables(variables: Record<string, string>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
