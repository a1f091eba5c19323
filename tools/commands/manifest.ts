import { readFile, writeFile } from "node:fs/promises";

type Files = Readonly<Record<string, string>>;

/** The package.json of the sources leads to the sources, and is private. That of what was built of them leads to that. */
function publishedManifest(source: string): object {
  const { private: _, scripts, devDependencies, exports, bin, ...rest } = JSON.parse(source);
  const types = (file: string) => ({ types: built(file, "d.ts"), default: built(file, "js") });
  return {
    ...rest,
    ...(exports && { exports: mapped(exports, types) }),
    ...(bin && { bin: mapped(bin, (file) => built(file, "js")) }),
  };
}

const built = (file: string, extension: string) => file.replace("./src/", "./").replace(/ts$/, extension);

const mapped = (files: Files, to: (file: string) => unknown) =>
  Object.fromEntries(Object.entries(files).map(([name, file]) => [name, to(file)]));

const manifest = publishedManifest(await readFile("package.json", "utf8"));
await writeFile("dist/package.json", `${JSON.stringify(manifest, undefined, 2)}\n`);
