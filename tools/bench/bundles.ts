import { readFile } from "node:fs/promises";
import path from "node:path";
import { type BundledFunction, type Bundling, bundle } from "@promptcall/synth/run/bundle";
import { bundling } from "../../stacks/defaults/bundling.ts";

export interface Bundle extends Pick<BundledFunction, "file" | "bytes" | "loadedBytes"> {
  /** How much of what is loaded comes from where, the most first. */
  readonly contents: readonly { readonly from: string; readonly bytes: number }[];
}

/** The clients of AWS and of the carrier: what a function cannot do without. */
const CLIENT = /^@(aws-sdk|vonage)\//;

/**
 * A function's bundle as it is deployed, and two with nothing but the clients that its code imports, now or later: one made
 * as the function's, and one as SST makes bundles when it is asked for nothing.
 */
export type Bundles = Awaited<ReturnType<typeof bundlesOf>>;

export async function bundlesOf(given: { root: string; source: string; folder: string; name: string }) {
  const { root, folder, name } = given;
  const source = path.join(root, given.source);
  const whole = await bundle({ source, folder: path.join(folder, name), name, bundling });
  const imports = await clientImports(whole.inputs);
  const lines = [...imports].flatMap(([from, names]) => used(from, [...names].sort()));
  // As if they stood beside the function, so that all find the same packages.
  const contents = { contents: lines.join("\n"), beside: source };
  const clientsIn = async (own: string, by: Bundling) =>
    asBundle(await bundle({ source: contents, folder: path.join(folder, `${name}-${own}`), name, bundling: by }));
  return {
    function: asBundle(whole),
    clients: await clientsIn("clients", bundling),
    plainClients: await clientsIn("plain-clients", {}),
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

/** What our own sources import of the clients, by package, types left out. */
async function clientImports(sources: readonly string[]) {
  const imports = new Map<string, Set<string>>();
  for (const source of sources.filter((file) => !file.includes("node_modules"))) {
    const text = await readFile(path.resolve(source), "utf8");
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

function asBundle({ file, bytes, loadedBytes, loaded }: BundledFunction): Bundle {
  const sizes = new Map<string, number>();
  for (const [input, size] of loaded) {
    const from = originOf(input);
    sizes.set(from, (sizes.get(from) ?? 0) + size);
  }
  const contents = [...sizes]
    .map(([from, bytes]) => ({ from, bytes }))
    .toSorted((one, other) => other.bytes - one.bytes);
  return { file, bytes, loadedBytes, contents };
}

/** The package, or the folder of ours. */
function originOf(input: string): string {
  const inside = input.split("node_modules/").at(-1) ?? input;
  if (inside !== input) return inside.split("/", inside.startsWith("@") ? 2 : 1).join("/");
  return input.split("packages/").at(-1)?.split("/")[0] ?? input;
}
