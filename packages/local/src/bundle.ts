import { createHash } from "node:crypto";
import path from "node:path";
import { type BuildFailure, type BuildOptions, build } from "esbuild";
import { cacheFolder, exists, writeAtomically } from "./cache.ts";
import { BundleError, HandlerNotFoundError } from "./errors.ts";

/** What SST passes to esbuild for Node functions, but not minified: here somebody reads the stack traces. */
export const NODE_BUNDLE = {
  write: false,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
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
} satisfies BuildOptions;

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

export interface Bundle {
  file: string;
  exportName: string;
}

/**
 * Bundles a handler ("folder/file.export") into a file named after its content: two runs that build the same thing
 * write the same file.
 */
export async function bundleHandler(args: { root: string; functionName: string; handler: string }): Promise<Bundle> {
  const { file, exportName } = await locate(args);
  const root = path.resolve(args.root);
  const folder = await cacheFolder(root);
  const result = await build({
    ...NODE_BUNDLE,
    entryPoints: [file],
    absWorkingDir: root,
    outdir: folder,
    entryNames: "bundle",
    sourcemap: "linked",
    sourcesContent: false,
    outExtension: { ".js": ".mjs" },
  }).catch((cause: BuildFailure) => {
    throw new BundleError(`The function "${args.functionName}" cannot be bundled: ${cause.message}`, { cause });
  });
  const code = result.outputFiles.find((output) => output.path.endsWith(".mjs"))?.text ?? "";
  const map = result.outputFiles.find((output) => output.path.endsWith(".map"))?.text ?? "";
  const name = `function-${createHash("sha256").update(code).update(map).digest("hex").slice(0, 20)}`;
  const target = path.join(folder, `${name}.mjs`);
  if (!(await exists(target))) {
    await writeAtomically({ file: path.join(folder, `${name}.mjs.map`), content: map });
    const named = code.replace(/\/\/# sourceMappingURL=.*\s*$/, `//# sourceMappingURL=${name}.mjs.map\n`);
    await writeAtomically({ file: target, content: named });
  }
  return { file: target, exportName };
}

async function locate(args: { root: string; functionName: string; handler: string }) {
  const { dir, name, ext } = path.posix.parse(args.handler);
  const exportName = ext.slice(1);
  for (const extension of EXTENSIONS) {
    const file = path.resolve(args.root, dir, `${name}${extension}`);
    if (exportName && (await exists(file))) return { file, exportName };
  }
  throw new HandlerNotFoundError(args);
}
