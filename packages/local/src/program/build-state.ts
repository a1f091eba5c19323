import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";

/** How the files beneath them are read. */
const SETTINGS = ["package.json", "tsconfig.json"];

/**
 * A digest of all that a build depends on: the files that went into it, the settings in the folders around them, and what
 * is installed. npm lists that in one file, which is read in place of the packages.
 */
export async function buildStateOf({ inputs, nodeModules }: { inputs: readonly string[]; nodeModules: string }) {
  const lock = path.join(nodeModules, ".package-lock.json");
  const installed = await contentOf(lock);
  const own = ownOf({ inputs, nodeModules: installed === undefined ? undefined : nodeModules });
  const settings = [...foldersAround(own)].flatMap((folder) => SETTINGS.map((name) => path.join(folder, name)));
  const contents = await Promise.all([...own, ...settings].map(contentOf));
  return createHash("sha256")
    .update(JSON.stringify([installed, contents]))
    .digest("hex");
}

/** Whether one of them was changed after that time. */
export async function areChangedSince(files: readonly string[], timeMs: number): Promise<boolean> {
  const times = await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs));
  return times.some((changedMs) => changedMs >= timeMs);
}

function ownOf({ inputs, nodeModules }: { inputs: readonly string[]; nodeModules: string | undefined }) {
  return nodeModules === undefined ? inputs : inputs.filter((file) => !file.includes("/node_modules/"));
}

function foldersAround(files: readonly string[]): ReadonlySet<string> {
  const folders = new Set(files.map((file) => path.dirname(file)));
  // A set goes on to what is added to it meanwhile.
  for (const folder of folders) folders.add(path.dirname(folder));
  return folders;
}

/** Undefined where there is no such file: that one comes about is a change, too. */
async function contentOf(file: string): Promise<string | undefined> {
  return await readFile(file, "utf8").catch(() => undefined);
}
