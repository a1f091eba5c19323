import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = promisify(execFile);

it("a checkout has LF at the end of lines, also where git is set to CRLF", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "promptcall-checkout-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const git = (...args: string[]) => run("git", ["-c", "core.autocrlf=true", "-C", folder, ...args]);
  await git("init", "--quiet");
  await copyFile(path.join(root, ".gitattributes"), path.join(folder, ".gitattributes"));
  const names = ["a.ts", "a.json", "a.md", "a.mjs", "run"];
  for (const name of names) await writeFile(path.join(folder, name), "one\ntwo\n");
  await git("add", ".");
  for (const name of names) await rm(path.join(folder, name));
  await git("checkout-index", "--all");
  for (const name of names) expect(await readFile(path.join(folder, name), "utf8"), name).toBe("one\ntwo\n");
});
