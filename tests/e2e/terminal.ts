import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { root } from "../documents.ts";
import type { Harness } from "./harness.ts";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command `promptcall` in a folder of its own for each test, as somebody who asks the service of the harness has it. */
export function useCommand(harness: () => Harness) {
  let installed: string;
  let folder: string;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    installed = await mkdtemp(join(tmpdir(), "command-installed-"));
    // In one file it starts in a third of the time, and it is started forty times.
    await build({
      entryPoints: [join(root, "packages/command/src/main.ts")],
      bundle: true,
      platform: "node",
      format: "esm",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
      outfile: join(installed, "promptcall.mjs"),
    });
  });
  afterAll(() => rm(installed, { recursive: true }));
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "command-"));
    await writeFile(join(folder, "private.key"), harness().account.pem);
  });
  afterEach(async () => {
    // A test that has failed leaves its own behind.
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  const environment = (): Record<string, string> => ({
    PATH: process.env.PATH ?? "",
    PROMPTCALL_ENDPOINT: harness().system.apiUrl,
    PROMPTCALL_APPLICATION_ID: harness().account.applicationId,
    PROMPTCALL_PRIVATE_KEY_FILE: "private.key",
    XDG_CONFIG_HOME: folder,
  });

  function started(words: readonly string[], env: Readonly<Record<string, string>> = {}, input = "") {
    const child = spawn(process.execPath, [join(installed, "promptcall.mjs"), ...words], {
      cwd: folder,
      env: { ...environment(), ...env },
    });
    children.push(child);
    child.stdin.end(input);
    const written = { stderr: "", stdout: "" };
    child.stdout.on("data", (data) => (written.stdout += data));
    child.stderr.on("data", (data) => (written.stderr += data));
    const ended = once(child, "close").then(([code]): Ended => ({ code, ...written }));
    return { child, written, ended };
  }

  return {
    file: (name: string) => join(folder, name),
    started,
    run: async (words: readonly string[], env: Readonly<Record<string, string>> = {}, input = ""): Promise<Ended> =>
      await started(words, env, input).ended,
    /** To start it by other means. */
    line: () => ({
      file: process.execPath,
      args: [join(installed, "promptcall.mjs")],
      cwd: folder,
      env: environment(),
    }),
  };
}
