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
  const names = await filesOf(patterns);
  return await Promise.all(names.map(async (name) => ({ name, text: await readFile(path.join(root, name), "utf8") })));
}

/** Paths from the root, with `/` and in order. */
export async function filesOf(patterns: readonly string[]): Promise<readonly string[]> {
  const exclude = (name: string) => /(^|[\\/])(node_modules|\.git|\.sst)([\\/]|$)/.test(name);
  const found: string[] = [];
  for await (const name of glob(patterns, { cwd: root, exclude })) found.push(name.split(path.sep).join("/"));
  return found.toSorted();
}

interface Snippet {
  /** Behind the three backticks: `sh`, `sh deploy`, `json` … */
  readonly info: string;
  readonly code: string;
}

/** The fenced blocks of a page, in order; those within a list lose its indentation. */
export function snippetsIn(text: string): readonly Snippet[] {
  const fences = text.matchAll(/^( *)(?:\d+\. )?```(.*)\n([\s\S]*?)^ *```$/gm);
  return [...fences].map(([, indent = "", info = "", code = ""]) => ({
    info: info.trim(),
    code: code.replaceAll(new RegExp(`^ {0,${indent.length + 3}}`, "gm"), (spaces) => (indent === "" ? spaces : "")),
  }));
}
