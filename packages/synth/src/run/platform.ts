import { randomUUID } from "node:crypto";
import { access, chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ProgramFailedError } from "../errors.ts";
import { runProgram } from "./processes.ts";

/** What this release of SST asks for before it installs anything. */
const BUN_VERSION = "1.2.1";
const PULUMI_VERSION = "v3.215.0";

const CONFIG = `export default $config({
  app: () => ({ name: "platform", home: "aws", providers: { aws: { region: "us-east-1" } } }),
  async run() {},
});
`;

/**
 * The folder with SST's own components and their dependencies, installed once per release into `node_modules/.cache`.
 * Everything comes from the npm registry, and nothing is written outside that folder: SST gets a home of its own there,
 * with bun from npm, and a `pulumi` that only tells its version, since nothing is deployed.
 */
export async function platformFolder({ root }: { root: string }): Promise<string> {
  const sst = path.join(path.dirname(createRequire(import.meta.url).resolve("sst")), "..");
  const { version } = JSON.parse(await readFile(path.join(sst, "package.json"), "utf8")) as { version: string };
  const cache = path.join(root, "node_modules/.cache/sst-platform");
  const installed = path.join(cache, version);
  const platform = path.join(installed, ".sst/platform");
  if (await exists(platform)) return platform;
  const unfinished = path.join(cache, `${version}-${randomUUID()}`);
  try {
    await install({ folder: unfinished, sst });
    await rename(unfinished, installed).catch(async (error: unknown) => {
      // Another process was quicker.
      if (!(await exists(platform))) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return platform;
}

async function install({ folder, sst }: { folder: string; sst: string }): Promise<void> {
  const home = path.join(folder, "home");
  const tools = path.join(home, "sst/bin");
  await mkdir(tools, { recursive: true });
  await writeFile(path.join(folder, "sst.config.ts"), CONFIG);
  await writeFile(path.join(folder, "package.json"), `{"private":true,"type":"module"}`);
  await copyFile(await bun({ folder }), path.join(tools, "bun"));
  await writeFile(path.join(tools, "pulumi"), `#!/bin/sh\necho ${PULUMI_VERSION}\n`);
  await Promise.all(["bun", "pulumi"].map((name) => chmod(path.join(tools, name), 0o755)));
  await runProgram({
    command: process.execPath,
    args: [path.join(sst, "bin/sst.mjs"), "install", "--stage", "synth"],
    cwd: folder,
    env: {
      ...process.env,
      // Bun asks the registry by itself, and knows neither npm's certificates nor its address.
      ...(await npmSettings(folder)),
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_CACHE_HOME: path.join(home, "cache"),
      BUN_INSTALL_CACHE_DIR: path.join(home, "bun"),
      SST_TELEMETRY_DISABLED: "1",
      DO_NOT_TRACK: "1",
    },
  });
  await rm(home, { recursive: true, force: true });
  await rm(path.join(folder, "node_modules"), { recursive: true, force: true });
}

/** npm brings a build of bun for each kind of processor and system library; the first that runs is ours. */
async function bun({ folder }: { folder: string }): Promise<string> {
  const flags = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--workspaces=false"];
  await npm({ folder, args: ["install", ...flags, `bun@${BUN_VERSION}`] });
  const builds = path.join(folder, "node_modules/@oven");
  for (const build of await readdir(builds)) {
    const file = path.join(builds, build, "bin/bun");
    const version = await runProgram({ command: file, args: ["--version"], cwd: folder, env: {} }).catch(() => "");
    if (version.trim() === BUN_VERSION) return file;
  }
  throw new ProgramFailedError({ program: "bun", output: `no build of bun ${BUN_VERSION} runs on this machine` });
}

async function npmSettings(folder: string): Promise<Record<string, string>> {
  const get = async (key: string) => (await npm({ folder, args: ["config", "get", key] })).trim();
  const [registry, cafile] = [await get("registry"), await get("cafile")];
  return {
    npm_config_registry: registry,
    ...(cafile !== "null" && !process.env.NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: cafile }),
  };
}

function npm({ folder, args }: { folder: string; args: readonly string[] }): Promise<string> {
  return runProgram({ command: "npm", args, cwd: folder, env: process.env });
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
