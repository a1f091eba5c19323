import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** A copy of the program with one text in one of its files replaced, to be removed afterwards. */
export async function alteredProgram(args: { file: string; from: string; to: string }) {
  // Inside of `node_modules`, so that packages are found from there.
  const root = await mkdtemp(path.join(repository, "node_modules/.cache/altered-"));
  await cp(path.join(repository, "stacks"), path.join(root, "stacks"), { recursive: true });
  await cp(path.join(repository, "sst.config.ts"), path.join(root, "sst.config.ts"));
  await symlink(path.join(repository, "packages"), path.join(root, "packages"));
  const file = path.join(root, args.file);
  const text = await readFile(file, "utf8");
  if (!text.includes(args.from)) throw new TypeError(`${args.file} does not contain ${args.from}`);
  await writeFile(file, text.replace(args.from, args.to));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
