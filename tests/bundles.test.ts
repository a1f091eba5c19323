import { globSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BundledFunction, bundle } from "@promptcall/synth/run/bundle";
import { describe, expect, it } from "vitest";
import { bundling } from "../stacks/defaults/bundling.ts";

type Import = BundledFunction["external"][number];

const { external } = bundling.esbuild;
const ROOT = path.join(import.meta.dirname, "..");
const FUNCTIONS = globSync("packages/functions/src/*/lambda.ts", { cwd: ROOT });

describe.each(FUNCTIONS)("the bundle of %s, as it is deployed,", (source) => {
  const bundled = bundledFrom(path.join(ROOT, source));

  it("is whole but for Node's own modules, and for what it imports only where it never comes", async () => {
    const isLeftOut = ({ kind, path: name }: Import) => kind === "dynamic-import" && external.includes(name);
    expect((await bundled).external.filter((one) => !isBuiltin(one.path) && !isLeftOut(one))).toEqual([]);
  });

  it("has nothing of what is left out", async () => {
    const folders = external.map((name) => `/${path.basename(name)}/`);
    expect((await bundled).inputs.filter((input) => folders.some((folder) => input.includes(folder)))).toEqual([]);
  });
});

async function bundledFrom(source: string): Promise<BundledFunction> {
  const folder = await mkdtemp(path.join(tmpdir(), "bundle-"));
  try {
    return await bundle({ source, folder, name: "lambda", bundling });
  } finally {
    await rm(folder, { recursive: true });
  }
}
