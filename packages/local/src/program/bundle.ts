import { createHash } from "node:crypto";
import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import { type BuildFailure, type BuildOptions, build, version } from "esbuild";
import { BundleError, HandlerNotFoundError } from "../errors.ts";
import { areChangedSince, buildStateOf } from "./build-state.ts";
import { cacheFolder, exists, writeAtomically } from "./cache.ts";

/** The very options that SST passes to esbuild for Node functions (`pkg/runtime/node`), but for `minify`. */
export const SST_BUNDLE = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "esnext",
  mainFields: ["module", "main"],
  keepNames: true,
  logLevel: "silent",
  external: ["sharp", "pg-native"],
  banner: {
    js: [
      `import { createRequire as topLevelCreateRequire } from 'module';`,
      `const require = topLevelCreateRequire(import.meta.url);`,
      `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
      `const __filename = topLevelFileUrlToPath(import.meta.url)`,
      `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
    ].join("\n"),
  },
  outExtension: { ".js": ".mjs" },
} satisfies BuildOptions;

/** Not minified, so that stack traces can be read. */
export const NODE_BUNDLE = { ...SST_BUNDLE, write: false, target: "node24" } satisfies BuildOptions;

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

export interface Bundle {
  file: string;
  exportName: string;
}

/**
 * Bundles handlers ("folder/file.export") in one go, each file once, into files named after their content: two runs
 * that build the same thing write the same file. What is there from an earlier run is taken, unless anything has changed.
 */
export async function bundleHandlers(args: {
  root: string;
  functions: readonly { name: string; handler: string }[];
}): Promise<Map<string, Bundle>> {
  const root = path.resolve(args.root);
  const located = await Promise.all(
    args.functions.map(async (fn) => ({ handler: fn.handler, ...(await locate({ root, ...fn })) })),
  );
  const sources = [...new Set(located.map(({ source }) => source))];
  const files = await bundleFiles({ root, sources, kind: "function" });
  return new Map(
    located.map(({ handler, source, exportName }) => {
      const file = files[sources.indexOf(source)] ?? source;
      return [handler, { file, exportName }];
    }),
  );
}

interface Sources {
  /** What the names of the bundles begin with. */
  kind: "function" | "worker";
  root: string;
  folder: string;
  sources: readonly string[];
}

/** The bundle of each file, in their order. */
export async function bundleFiles(args: Omit<Sources, "folder">): Promise<readonly string[]> {
  return await filesOf({ ...args, folder: await cacheFolder(args.root) });
}

/** Where the bundles are, what they were made of, and how that was then. */
interface Built {
  readonly files: readonly string[];
  readonly inputs: readonly string[];
  readonly state: string;
}

async function filesOf({ kind, root, folder, sources }: Sources): Promise<readonly string[]> {
  const key = createHash("sha256").update(JSON.stringify([version, NODE_BUNDLE, kind, sources]));
  const record = path.join(folder, `built-${key.digest("hex").slice(0, 20)}.json`);
  const nodeModules = path.resolve(folder, "../..");
  const before = await builtBefore(record);
  if (before !== undefined && before.state === (await buildStateOf({ ...before, nodeModules }))) return before.files;
  const startedMs = Date.now();
  const { outputs, inputs } = await buildAll({ root, folder, sources });
  const stored = sources.map((_, index) => store({ built: outputs, folder, name: `entry-${index}`, kind }));
  const files = await Promise.all(stored);
  // What was changed meanwhile may be in them or not.
  if (!(await areChangedSince(inputs, startedMs))) {
    const built: Built = { files, inputs, state: await buildStateOf({ inputs, nodeModules }) };
    await writeAtomically({ file: record, content: JSON.stringify(built) });
  }
  return files;
}

/** Undefined when nothing was, or a bundle is gone. */
async function builtBefore(record: string): Promise<Built | undefined> {
  const written = await readFile(record, "utf8").catch(() => undefined);
  if (written === undefined) return undefined;
  const built = JSON.parse(written) as Built;
  return (await Promise.all(built.files.map(exists))).every((isThere) => isThere) ? built : undefined;
}

async function buildAll({ root, folder, sources }: Omit<Sources, "kind">) {
  const { outputFiles, metafile } = await build({
    ...NODE_BUNDLE,
    metafile: true,
    entryPoints: sources.map((source, index) => ({ in: source, out: `entry-${index}` })),
    absWorkingDir: root,
    outdir: folder,
    sourcemap: "linked",
    sourcesContent: false,
  }).catch((cause: BuildFailure) => {
    throw new BundleError(`The functions cannot be bundled: ${cause.message}`, { cause });
  });
  return {
    outputs: new Map(outputFiles.map((output) => [path.basename(output.path), output.text])),
    inputs: Object.keys(metafile.inputs).map((input) => path.resolve(root, input)),
  };
}

async function store(args: Pick<Sources, "kind" | "folder"> & { built: Map<string, string>; name: string }) {
  const [code = "", map = ""] = [args.built.get(`${args.name}.mjs`), args.built.get(`${args.name}.mjs.map`)];
  const content = code.slice(0, code.lastIndexOf("//# sourceMappingURL="));
  const name = `${args.kind}-${createHash("sha256").update(content).update(map).digest("hex").slice(0, 20)}.mjs`;
  const file = path.join(args.folder, name);
  if (await exists(file)) return file;
  await writeAtomically({ file: `${file}.map`, content: map });
  await writeAtomically({ file, content: `${content}//# sourceMappingURL=${name}.map\n` });
  return file;
}

async function locate(args: { root: string; name: string; handler: string }) {
  const { dir, name, ext } = path.posix.parse(args.handler);
  for (const extension of EXTENSIONS) {
    const source = path.resolve(args.root, dir, `${name}${extension}`);
    // Of a copy of the stacks, whose packages are links, it is the same file.
    if (ext !== "" && (await exists(source))) return { source: await realpath(source), exportName: ext.slice(1) };
  }
  throw new HandlerNotFoundError({ functionName: args.name, handler: args.handler });
}
