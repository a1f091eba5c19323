import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../../..", import.meta.url));

export interface Alteration {
  file: string;
  from: string;
  to: string;
}

/** A copy of the program with a text in one of its files replaced, or several, to be removed afterwards. */
export async function alteredProgram(...alterations: Alteration[]) {
  // Inside of `node_modules`, so that packages are found from there.
  const root = await mkdtemp(path.join(repository, "node_modules/.cache/altered-"));
  await cp(path.join(repository, "stacks"), path.join(root, "stacks"), { recursive: true });
  await cp(path.join(repository, "sst.config.ts"), path.join(root, "sst.config.ts"));
  await symlink(path.join(repository, "packages"), path.join(root, "packages"));
  for (const { file: name, from, to } of alterations) {
    const file = path.join(root, name);
    const text = await readFile(file, "utf8");
    if (!text.includes(from)) throw new TypeError(`${name} does not contain ${from}`);
    await writeFile(file, text.replace(from, to));
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
