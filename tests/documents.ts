import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

interface Text {
  /** Its path from the root. */
  readonly name: string;
  readonly text: string;
}

/** What people read here, but for what was decided and changed once. */
export async function documents(): Promise<readonly Text[]> {
  const all = await read(["*.md", "docs/**/*.md", "packages/*/README.md", "examples/*/README.md"]);
  return all.filter(({ name }) => name !== "CHANGELOG.md" && !name.startsWith("docs/decisions"));
}

export const sourcesOf = (folder: string) => read([`${folder}/**/*.ts`]);

async function read(patterns: readonly string[]): Promise<readonly Text[]> {
  const found: Text[] = [];
  for await (const name of glob(patterns, {
    cwd: root,
    exclude: (name) => name.split(path.sep).includes("node_modules"),
  }))
    found.push({ name, text: await readFile(path.join(root, name), "utf8") });
  return found.toSorted((one, other) => one.name.localeCompare(other.name));
}
