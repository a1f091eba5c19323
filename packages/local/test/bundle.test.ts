import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { bundleHandlers } from "../src/program/bundle.ts";

vi.mock("esbuild", { spy: true });
const builds = vi.mocked(build);

const INSTALLED = "node_modules/.package-lock.json";
const PROJECT: Readonly<Record<string, string>> = {
  "package.json": '{ "type": "module" }',
  "functions/greet.ts":
    'import { word } from "./word.ts"; import { mark } from "marks"; export const handler = () => word + mark;',
  "functions/word.ts": 'export const word: string = "hello";',
  "node_modules/marks/package.json": '{ "name": "marks", "main": "index.js" }',
  "node_modules/marks/index.js": 'exports.mark = "!";',
  [INSTALLED]: '{ "packages": { "node_modules/marks": { "version": "1.0.0" } } }',
};

/** A project of one function, in a folder of its own. */
async function project() {
  const root = await mkdtemp(path.join(tmpdir(), "bundle-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const write = async (name: string, content: string, changedAt = new Date(0)) => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
    await utimes(file, changedAt, changedAt);
  };
  for (const [name, content] of Object.entries(PROJECT)) await write(name, content);
  const greeting = async () => {
    const bundles = await bundleHandlers({ root, functions: [{ name: "Greet", handler: "functions/greet.handler" }] });
    const file = bundles.get("functions/greet.handler")?.file ?? "";
    return { file, says: (await import(pathToFileURL(file).href)).handler() };
  };
  return { write, greeting };
}

beforeEach(() => void builds.mockClear());

describe("functions that were bundled before", () => {
  it("are taken as they are where nothing has changed", async () => {
    const { greeting } = await project();
    const first = await greeting();
    expect(first.says).toBe("hello!");
    expect(await greeting()).toEqual(first);
    expect(builds).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["a file that is imported", "functions/word.ts", 'export const word = "good night";', "good night!"],
    ["how files are read", "functions/package.json", '{ "type": "module", "sideEffects": false }', "hello!"],
    ["how types are read", "tsconfig.json", '{ "compilerOptions": { "target": "ES2024" } }', "hello!"],
    ["what is installed", INSTALLED, '{ "packages": { "node_modules/marks": { "version": "1.0.1" } } }', "hello!"],
  ])("are bundled anew after a change of %s", async (_, name, content, says) => {
    const { write, greeting } = await project();
    await greeting();
    await write(name, content);
    expect((await greeting()).says).toBe(says);
    expect(builds).toHaveBeenCalledTimes(2);
  });

  it("are bundled anew when a bundle is gone", async () => {
    const { greeting } = await project();
    await rm((await greeting()).file);
    await greeting();
    expect(builds).toHaveBeenCalledTimes(2);
  });

  it("are bundled anew when a file was changed while they were bundled", async () => {
    const { write, greeting } = await project();
    await write("functions/word.ts", PROJECT["functions/word.ts"] ?? "", new Date(Date.now() + 60_000));
    await greeting();
    await greeting();
    expect(builds).toHaveBeenCalledTimes(2);
  });
});
