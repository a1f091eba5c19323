import path from "node:path";
import { SST_BUNDLE } from "@promptcall/local/program/bundle";
import { type BuildOptions, build, type Metafile } from "esbuild";

export interface BundleArgs {
  /** A file, or what would be written in it beside the file that is named. */
  readonly source: string | { readonly contents: string; readonly beside: string };
  readonly folder: string;
  /** Of the entry, without its extension. */
  readonly name: string;
  readonly bundling: Bundling;
}

/** What a function's `nodejs` asks SST for, in SST's words. Nothing of it is SST's own way. */
export interface Bundling {
  readonly minify?: boolean;
  /** Whether what is imported dynamically is in files of its own. */
  readonly splitting?: boolean;
  readonly esbuild?: {
    /** Whether functions and classes are called at run time what they are called in the source. */
    readonly keepNames?: boolean;
    /** What is left out: it would have to be there where the function runs. */
    readonly external?: readonly string[];
  };
}

export interface BundledFunction {
  readonly file: string;
  /** All that is uploaded. */
  readonly bytes: number;
  /** What a cold start loads: the entry, and what that imports statically. */
  readonly loadedBytes: number;
  /** By input, what is loaded of it. Paths are relative to the working folder. */
  readonly loaded: ReadonlyMap<string, number>;
  /** All inputs, those among them that are not loaded at once. */
  readonly inputs: readonly string[];
  /** What is imported from outside, by any of its files. */
  readonly external: readonly Import[];
}

type Output = Metafile["outputs"][string];
type Import = Output["imports"][number];

export async function bundle({ source, folder, name, bundling }: BundleArgs): Promise<BundledFunction> {
  const from: BuildOptions =
    typeof source === "string"
      ? { entryPoints: [{ in: source, out: name }] }
      : {
          stdin: { contents: source.contents, resolveDir: path.dirname(source.beside), loader: "ts" },
          entryNames: name,
        };
  const { metafile } = await build({ ...SST_BUNDLE, ...from, ...asSst(bundling), outdir: folder, metafile: true });
  const outputs = Object.values(metafile.outputs);
  const file = path.join(folder, `${name}.mjs`);
  const loaded = loadedBy(path.relative(process.cwd(), file), metafile);
  const sizes = new Map<string, number>();
  for (const { inputs } of loaded)
    for (const [input, { bytesInOutput }] of Object.entries(inputs))
      sizes.set(input, (sizes.get(input) ?? 0) + bytesInOutput);
  return {
    file,
    bytes: bytesOf(outputs),
    loadedBytes: bytesOf(loaded),
    loaded: sizes,
    inputs: Object.keys(metafile.inputs),
    external: outputs.flatMap(({ imports }) => imports).filter(({ external }) => external),
  };
}

/** As SST passes it on to esbuild. */
function asSst({ minify = true, splitting = false, esbuild = {} }: Bundling): BuildOptions {
  const { keepNames = true, external = [] } = esbuild;
  return { minify, splitting, keepNames, external: [...SST_BUNDLE.external, ...external] };
}

const bytesOf = (outputs: readonly Output[]) => outputs.reduce((sum, { bytes }) => sum + bytes, 0);

function loadedBy(entry: string, { outputs }: Metafile): readonly Output[] {
  const names = new Set([entry]);
  // A set goes on to what is added to it meanwhile.
  for (const name of names)
    for (const { kind, path: imported, external } of outputs[name]?.imports ?? [])
      if (kind !== "dynamic-import" && !external) names.add(imported);
  return [...names].flatMap((name) => outputs[name] ?? []);
}
