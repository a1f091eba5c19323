import { copyFile, cp, mkdir, readdir, symlink } from "node:fs/promises";
import path from "node:path";
import { platformFolder } from "@promptcall/synth/run/platform";
import { repository, temporaryFolder } from "./run.ts";

/**
 * A folder with our program, or the one in that folder, in which SST's own command line runs: what it would install there is there already, and
 * Pulumi, which it would only need to create something, is not.
 */
export async function sstProject(program = repository): Promise<string> {
  const platform = await platformFolder({ root: repository });
  // Inside of `node_modules`, so that packages are found from there.
  const root = await temporaryFolder(path.join(repository, "node_modules/.cache"));
  await copyFile(path.join(program, "sst.config.ts"), path.join(root, "sst.config.ts"));
  await cp(path.join(program, "stacks"), path.join(root, "stacks"), { recursive: true });
  await symlink(path.join(repository, "packages"), path.join(root, "packages"));
  // SST writes beside these: the folder is this project's, what is in it is everybody's.
  await mkdir(path.join(root, ".sst/platform"), { recursive: true });
  for (const name of await readdir(platform))
    await symlink(path.join(platform, name), path.join(root, ".sst/platform", name));
  await copyFile(path.join(platform, "../provider-lock.json"), path.join(root, ".sst/provider-lock.json"));
  return root;
}

/** It downloads no helpers, and tells nobody of its use. */
export const QUIET = { SST_SKIP_DEPENDENCY_CHECK: "1", SST_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
