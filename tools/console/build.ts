import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const source = fileURLToPath(new URL("../../packages/console/", import.meta.url));
const cache = fileURLToPath(new URL("../../node_modules/.cache/promptcall/console/", import.meta.url));

/** The folder of the built page: built anew only where a file of it has changed. */
export async function builtPage({ stories = false }: { readonly stories?: boolean } = {}): Promise<string> {
  const folder = path.join(cache, stories ? "stories" : "page");
  const stamp = path.join(folder, "built-from");
  const hash = hashOfSource();
  if ((await readFile(stamp, "utf8").catch(() => undefined)) === hash) return folder;
  const { build } = await import("vite");
  await build({ root: source, logLevel: "warn", mode: stories ? "stories" : "production", build: { outDir: folder } });
  await mkdir(folder, { recursive: true });
  await writeFile(stamp, hash);
  return folder;
}

function hashOfSource(): string {
  const hash = createHash("sha256");
  const files = globSync(["src/**/*", "index.html", "vite.config.ts", "package.json"], {
    cwd: source,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) hash.update(path.relative(source, file)).update(readFileSync(file));
  return hash.digest("hex");
}
