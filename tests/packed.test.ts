import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const PACKAGES = ["client", "command"].map((name) => fileURLToPath(new URL(`../packages/${name}`, import.meta.url)));
const TSC = fileURLToPath(import.meta.resolve("typescript/package.json").replace("package.json", "bin/tsc"));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "packed-"));
  for (const cwd of PACKAGES) {
    await run("npm", ["run", "--silent", "build"], { cwd });
    await run("npm", ["pack", "--silent", "--pack-destination", folder, "./dist"], { cwd });
  }
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }));
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith(".tgz")).map((name) => `./${name}`);
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...tarballs], { cwd: folder });
}, 120_000);
afterAll(() => rm(folder, { recursive: true }));

const USE = `
import { fileJournal } from "promptcall/file-journal";
import { onCallCompleted } from "promptcall/events";
import { Promptcall, type Call, RefusedError } from "promptcall";
import { parseResult, verify, VerificationError } from "promptcall/verify";

const answer = async () => new Response(JSON.stringify({ tid: "t", state: "completed", attempts: [], dials: [] }));
const promptcall = new Promptcall({ endpoint: "https://promptcall.example", jwt: "a.b.c", fetch: answer });
const call: Call = await promptcall.calls.get("t");
if (call.state !== "completed") throw new RefusedError({ type: "", title: "", status: 400, detail: "" });
try {
  parseResult(verify({ body: "", headers: {}, secrets: "whsec_AAAA" }).signed);
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
}
onCallCompleted(async ({ data }) => console.log(data.status satisfies "ok" | "failed" | "error"));
console.log((await fileJournal("none").entries()).length, call.tid);
`;

it("the client that is published works by itself in an empty folder, types and all", async () => {
  await writeFile(join(folder, "use.ts"), USE);
  const options = ["--strict", "--module", "nodenext", "--target", "es2024", "--lib", "es2024,dom", "--noEmit"];
  await run(process.execPath, [TSC, ...options, "use.ts"], { cwd: folder });
  const { stdout } = await run(process.execPath, ["use.ts"], { cwd: folder });
  expect(stdout).toBe("0 t\n");
}, 60_000);

it("the command that is published works by itself, and ends with 2 where a line is not written right", async () => {
  const { stdout } = await run("npx", ["promptcall", "--help"], { cwd: folder });
  expect(stdout).toContain("promptcall call");
  expect(stdout).not.toContain("operator");
  await expect(run("npx", ["promptcall", "dev"], { cwd: folder })).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("npm ci && npm start"),
  });
  await expect(run("npx", ["promptcall", "nothing"], { cwd: folder })).rejects.toMatchObject({ code: 2 });
});

it("the client is under 15 kB gzipped, with what it needs, and the reader of tables comes when there is one", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../packages/client/src/promptcall.ts", import.meta.url))],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    platform: "node",
    outdir: join(folder, "bundle"),
    write: false,
  });
  const [first] = outputFiles.filter(({ path }) => path.endsWith("promptcall.js"));
  expect(gzipSync(first?.contents ?? "").length).toBeLessThan(15_000);
});
