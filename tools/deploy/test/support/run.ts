import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const repository = fileURLToPath(new URL("../../../..", import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Nothing of who runs the tests: no credentials, no stage, no home. */
export function environment({ home, binaries = [] }: { home: string; binaries?: readonly string[] }) {
  const folders = [...binaries, path.join(repository, "node_modules/.bin"), process.env.PATH];
  return { HOME: home, XDG_CONFIG_HOME: home, PATH: folders.join(path.delimiter) };
}

export async function run(given: {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  input?: string;
}): Promise<Ended> {
  const child = spawn(given.command, given.args, { cwd: given.cwd, env: { ...given.env } });
  child.stdin.end(given.input ?? "");
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

/** What `npm run deploy` or `npm run dev` runs, in that folder. */
export function runOurs(given: {
  command: "deploy" | "dev";
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  input?: string;
}): Promise<Ended> {
  const script = path.join(repository, "tools/commands/run.mjs");
  return run({ ...given, command: process.execPath, args: [script, given.command, ...given.args] });
}

export async function temporaryFolder(inside = tmpdir()): Promise<string> {
  const folder = await mkdtemp(path.join(inside, "promptcall-deploy-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
