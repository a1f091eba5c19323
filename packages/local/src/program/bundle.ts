import { createHash } from "node:crypto";
import path from "node:path";
import { type BuildFailure, type BuildOptions, build } from "esbuild";
import { BundleError, HandlerNotFoundError } from "../errors.ts";
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
 * that build the same thing write the same file.
 */
export async function bundleHandlers(args: {
  root: string;
  functions: readonly { name: string; handler: string }[];
}): Promise<Map<string, Bundle>> {
  const root = path.resolve(args.root);
  const located = await Promise.all(
    args.functions.map(async (fn) => ({ handler: fn.handler, ...(await locate({ root, ...fn })) })),
  );
  const folder = await cacheFolder(root);
  const sources = [...new Set(located.map(({ source }) => source))];
  const built = await buildAll({ root, folder, sources });
  const files = await Promise.all(sources.map((_, index) => store({ built, folder, name: `entry-${index}` })));
  return new Map(
    located.map(({ handler, source, exportName }) => {
      const file = files[sources.indexOf(source)] ?? source;
      return [handler, { file, exportName }];
    }),
  );
}

async function buildAll(args: { root: string; folder: string; sources: string[] }): Promise<Map<string, string>> {
  const { outputFiles } = await build({
    ...NODE_BUNDLE,
    entryPoints: args.sources.map((source, index) => ({ in: source, out: `entry-${index}` })),
    absWorkingDir: args.root,
    outdir: args.folder,
    sourcemap: "linked",
    sourcesContent: false,
  }).catch((cause: BuildFailure) => {
    throw new BundleError(`The functions cannot be bundled: ${cause.message}`, { cause });
  });
  return new Map(outputFiles.map((output) => [path.basename(output.path), output.text]));
}

async function store(args: { built: Map<string, string>; folder: string; name: string }): Promise<string> {
  const [code = "", map = ""] = [args.built.get(`${args.name}.mjs`), args.built.get(`${args.name}.mjs.map`)];
  const content = code.slice(0, code.lastIndexOf("//# sourceMappingURL="));
  const name = `function-${createHash("sha256").update(content).update(map).digest("hex").slice(0, 20)}.mjs`;
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
    if (ext !== "" && (await exists(source))) return { source, exportName: ext.slice(1) };
  }
  throw new HandlerNotFoundError({ functionName: args.name, handler: args.handler });
}
