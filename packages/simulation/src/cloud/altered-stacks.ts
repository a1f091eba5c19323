import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { evaluateStacks, type Stacks } from "./stacks.ts";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** One text in a file of the stacks, and its replacement. */
export interface Alteration {
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Evaluates a copy of the stacks with one line changed. */
export async function evaluateAltered({ file, find, replace }: Alteration): Promise<Stacks> {
  // Inside of `node_modules`, so that packages are found from there.
  const cache = join(repository, "node_modules/.cache/promptcall");
  await mkdir(cache, { recursive: true });
  const root = await mkdtemp(join(cache, "stacks-"));
  try {
    await cp(join(repository, "stacks"), join(root, "stacks"), { recursive: true });
    await cp(join(repository, "sst.config.ts"), join(root, "sst.config.ts"));
    const text = await readFile(join(root, file), "utf8");
    if (text.split(find).length !== 2) throw new TypeError(`${file} does not have this once: ${find}`);
    await writeFile(
      join(root, file),
      text.replace(find, () => replace),
    );
    return await evaluateStacks({ root });
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
