import { randomUUID } from "node:crypto";
import { access, mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** The nearest `node_modules/.cache/promptcall`, so that what is bundled still finds the packages it does not contain. */
export async function cacheFolder(root: string): Promise<string> {
  const folder = path.join(await nearestNodeModules(path.resolve(root)), ".cache", "promptcall");
  await mkdir(folder, { recursive: true });
  return folder;
}

async function nearestNodeModules(folder: string): Promise<string> {
  const candidate = path.join(folder, "node_modules");
  const parent = path.dirname(folder);
  if (parent === folder || (await exists(candidate))) return candidate;
  return nearestNodeModules(parent);
}

export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** Written aside and renamed, so that a run that reads at the same time sees the whole file or none. */
export async function writeAtomically({ file, content }: { file: string; content: string | Uint8Array }) {
  const temporary = `${file}.${randomUUID()}`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}
