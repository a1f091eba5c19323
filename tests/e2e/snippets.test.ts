import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalRun, startLocalRun } from "../../tools/console/local-run.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { documents, root, snippetsIn } from "../documents.ts";

const END = "that was all";
const pages = (await documents()).filter(({ text }) => snippetsIn(text).some(({ info }) => info === "sh"));

let run: LocalRun;
let folder: string;

beforeAll(async () => {
  run = await startLocalRun({ speed: 30 });
  folder = await mkdtemp(path.join(tmpdir(), "promptcall-snippets-"));
  for (const name of ["package.json", ".npmrc", "tools", "node_modules"])
    await symlink(path.join(root, name), path.join(folder, name));
  // An answer that is an error fails the snippet.
  await writeFile(path.join(folder, ".curlrc"), 'fail-with-body\nwrite-out = "\\n"');
});

afterAll(async () => {
  await run.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs what a page has for a shell, from its first line to its last, until all that is wanted was written. */
function runPage(text: string, wanted: RegExp): Promise<string> {
  const code = snippetsIn(text).flatMap((snippet) => (snippet.info === "sh" ? [snippet.code] : []));
  // A snippet has the ports of `npm start`, which may be somebody's at the moment.
  const here = code
    .join("\n")
    .replaceAll("http://127.0.0.1:3000", run.system.apiUrl)
    .replaceAll("http://127.0.0.1:3001", run.system.sim.url);
  const shell = spawn("bash", ["-euo", "pipefail", "-c", `${here}\necho '${END}'`], {
    cwd: folder,
    env: { ...process.env, ...environmentOf(run.system.local), CURL_HOME: folder },
    detached: true,
  });
  const output = { stdout: "", stderr: "" };
  return new Promise<string>((resolve, reject) => {
    shell.stderr.on("data", (data) => (output.stderr += data));
    shell.stdout.on("data", (data) => {
      output.stdout += data;
      if (output.stdout.includes(END) && wanted.test(output.stdout)) resolve(output.stdout);
    });
    shell.on("error", reject);
    shell.on("exit", (code) => code !== 0 && reject(new Error(`ended with ${code}\n${output.stdout}${output.stderr}`)));
  }).finally(() => {
    if (shell.pid !== undefined) endGroup(shell.pid);
  });
}

/** The receiver that a page leaves behind, too; where it left none, there may be nothing to end any more. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The names in an answer, level by level; of a list, those of its first element. */
function namesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(namesIn);
  if (typeof value !== "object" || value === null) return "value";
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, namesIn(part)]));
}

/** A result may come in the middle of a line that curl is at. */
function jsonIn(stdout: string): readonly unknown[] {
  return stdout.split("\n").flatMap((line) => {
    try {
      return [namesIn(JSON.parse(/\{.*\}/.exec(line)?.[0] ?? ""))];
    } catch {
      return [];
    }
  });
}

describe("the snippets that a reader can run", () => {
  it("are on the pages that are tried here", () => {
    expect(pages.map(({ name }) => name)).toEqual(["README.md", "docs/api.md", "docs/migration.md"]);
  });

  it("of the README run as printed: a call whose result is in the inbox, a call and a table from a terminal", async () => {
    const { text = "" } = pages.find(({ name }) => name === "README.md") ?? {};
    const [first] = snippetsIn(text).filter(({ info }) => info === "sh");
    // No key, and no receiver.
    expect(first?.code).toMatch(/^curl http/);
    const [, result = ""] = /It ends with `(.*?)`/.exec(text) ?? [];
    expect(result).toBe("2 ok");
    const stdout = await runPage(text, new RegExp(`^${result}$`, "m"));
    expect(jsonIn(stdout)).toContainEqual({ tid: "value", status_url: "value" });
    expect(stdout).toMatch(/^[\da-f-]{36} {2}447700900001 {2}ok {2}wrong right/m);
    expect(await readFile(path.join(folder, "pins.csv.results.csv"), "utf8")).toMatch(/^line,.*\r\n2,ok,.*\r\n3,ok,/);
    const { tid } = JSON.parse(stdout.split("\n").find((line) => line.includes('"tid"')) ?? "");
    const inbox = async () => await (await fetch(`${run.system.apiUrl}/_local/inbox`)).json();
    await vi.waitFor(
      async () =>
        expect(await inbox()).toMatchObject({
          data: expect.arrayContaining([expect.objectContaining({ tid, verified: true })]),
        }),
      20_000,
    );
  });

  it("of the reference run as printed, and get the answers that it shows", async () => {
    const { text = "" } = pages.find(({ name }) => name === "docs/api.md") ?? {};
    const stdout = await runPage(text, /reference=order\+1|"cancelling"/);
    const answers = snippetsIn(text).filter(({ info, code }) => info === "json" && code.includes("status_url"));
    expect(answers).toHaveLength(2);
    for (const { code } of answers) expect(jsonIn(stdout)).toContainEqual(namesIn(JSON.parse(code)));
  });

  it("of the migration run as printed: an old client is answered, and called back, as its page says", async () => {
    const { text = "" } = pages.find(({ name }) => name === "docs/migration.md") ?? {};
    const stdout = await runPage(text, /call_end=/);
    const [answer = ""] = snippetsIn(text).flatMap(({ info, code }) => (info === "json" ? [code] : []));
    expect(jsonIn(stdout)).toContainEqual(namesIn(JSON.parse(answer)));
    expect(stdout).toMatch(/\/result\?call_id=[\da-f]{32}&to=447700900100&status=ok&digits=1234&call_direction=out/);
  });
});
