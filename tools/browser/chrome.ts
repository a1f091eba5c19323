import { execFile, spawn } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { access, chmod, constants, mkdir, readFile, rename } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createBrotliDecompress } from "node:zlib";

export interface Chrome {
  readonly executablePath: string;
  readonly env: Record<string, string>;
}

const NAMES = ["google-chrome-stable", "google-chrome", "chromium", "chromium-browser"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const cache = fileURLToPath(new URL("../../node_modules/.cache/promptcall/", import.meta.url));

/** The machine's own Chrome or Chromium; where there is none, the one that comes with the packages. */
export async function findChrome(): Promise<Chrome> {
  const own = await firstThatRuns([...inPath(), ...PLACES]);
  const env = Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]));
  return own === undefined ? await packaged(env) : { executablePath: own, env };
}

function inPath(): readonly string[] {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
}

async function firstThatRuns(candidates: readonly string[]): Promise<string | undefined> {
  for (const file of candidates)
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  return undefined;
}

/** It is unpacked once for each version. Its libraries are used only where the machine lacks some. */
async function packaged(env: Record<string, string>): Promise<Chrome> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error("The browser tests need Chrome or Chromium on this machine: install it, and run them again.");
  const home = path.join(path.dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "..");
  const { version } = JSON.parse(await readFile(path.join(home, "package.json"), "utf8"));
  const folder = path.join(cache, `chromium-${version}`);
  const executablePath = path.join(folder, "chromium");
  await mkdir(folder, { recursive: true });
  if ((await firstThatRuns([executablePath])) === undefined) {
    // Under its own name only when it is whole: others may look for it at the same time.
    const half = `${executablePath}-${process.pid}`;
    await pipeline(
      createReadStream(path.join(home, "bin/chromium.br")),
      createBrotliDecompress(),
      createWriteStream(half),
    );
    await chmod(half, 0o755);
    await rename(half, executablePath);
  }
  const { stdout } = await promisify(execFile)("ldd", [executablePath]);
  if (!stdout.includes("not found")) return { executablePath, env };
  await unpack({ archive: path.join(home, "bin/al2023.tar.br"), to: folder });
  const libraries = [path.join(folder, "lib"), env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  return { executablePath, env: { ...env, LD_LIBRARY_PATH: libraries } };
}

async function unpack({ archive, to }: { archive: string; to: string }): Promise<void> {
  const tar = spawn("tar", ["-x", "-C", to], { stdio: ["pipe", "ignore", "inherit"] });
  await pipeline(createReadStream(archive), createBrotliDecompress(), tar.stdin);
  await new Promise((resolve) => tar.once("close", resolve));
}
