import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { build, type Metafile } from "esbuild";
import { bundleOptions } from "../packages/synth/src/runtime.ts";

export interface Bundle {
  readonly file: string;
  readonly bytes: number;
  /** How much of it comes from where, the most first. */
  readonly contents: readonly { readonly from: string; readonly bytes: number }[];
}

/** The clients of AWS and of the carrier: what a function cannot do without. */
const CLIENT = /^@(aws-sdk|vonage)\//;

/** A function's bundle as it is deployed, and one with nothing but the clients that its code imports. */
export async function bundlesOf(given: { root: string; source: string; folder: string; name: string }) {
  const { root, source, folder, name } = given;
  const whole = await bundle({ root, source, outfile: path.join(folder, `${name}.mjs`) });
  const imports = await clientImports({ root, sources: Object.keys(whole.metafile.inputs) });
  const lines = [...imports].flatMap(([from, names]) => used(from, [...names].sort()));
  const bare = path.join(root, path.dirname(source), "lambda.ts");
  const clients = await build({
    ...bundleOptions({ source: bare, outfile: path.join(folder, `${name}-clients.mjs`), minify: true }),
    entryPoints: [],
    // As if it stood beside the function, so that both find the same packages.
    stdin: { contents: lines.join("\n"), resolveDir: path.dirname(bare), loader: "ts" },
    metafile: true,
    absWorkingDir: root,
  });
  return {
    function: await asBundle(whole),
    clients: await asBundle({ outfile: path.join(folder, `${name}-clients.mjs`), metafile: clients.metafile }),
    imports,
  };
}

/** Clients of AWS are made while a function starts, and so they are here; everything else is there to be used. */
function used(from: string, names: readonly string[]): string[] {
  const clients = names.filter((name) => from.startsWith("@aws-sdk/client-") && name.endsWith("Client"));
  return [
    `export { ${names.join(", ")} } from "${from}";`,
    ...clients.flatMap((name) => [`import { ${name} } from "${from}";`, `export const made${name} = new ${name}({});`]),
  ];
}

async function bundle({ root, source, outfile }: { root: string; source: string; outfile: string }) {
  const options = bundleOptions({ source: path.join(root, source), outfile, minify: true });
  const { metafile } = await build({ ...options, metafile: true, absWorkingDir: root });
  return { outfile, metafile };
}

/** What our own sources import of the clients, by package, types left out. */
async function clientImports({ root, sources }: { root: string; sources: readonly string[] }) {
  const imports = new Map<string, Set<string>>();
  for (const source of sources.filter((file) => !file.includes("node_modules"))) {
    const text = await readFile(path.resolve(root, source), "utf8");
    for (const [, names = "", from = ""] of text.matchAll(/^import \{([^}]*)\} from "([^"]+)";/gm)) {
      if (!CLIENT.test(from)) continue;
      const values = names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "" && !name.startsWith("type "));
      const known = imports.get(from) ?? new Set();
      for (const value of values) known.add(value.split(" as ")[0] ?? value);
      if (known.size > 0) imports.set(from, known);
    }
  }
  return imports;
}

async function asBundle({ outfile, metafile }: { outfile: string; metafile: Metafile }): Promise<Bundle> {
  const { size } = await stat(outfile);
  const [output] = Object.values(metafile.outputs);
  const sizes = new Map<string, number>();
  for (const [input, { bytesInOutput }] of Object.entries(output?.inputs ?? {})) {
    const from = originOf(input);
    sizes.set(from, (sizes.get(from) ?? 0) + bytesInOutput);
  }
  const contents = [...sizes]
    .map(([from, bytes]) => ({ from, bytes }))
    .toSorted((one, other) => other.bytes - one.bytes);
  return { file: outfile, bytes: size, contents };
}

/** The package, or the folder of ours. */
function originOf(input: string): string {
  const inside = input.split("node_modules/").at(-1) ?? input;
  if (inside !== input) return inside.split("/", inside.startsWith("@") ? 2 : 1).join("/");
  return input.split("packages/").at(-1)?.split("/")[0] ?? input;
}
