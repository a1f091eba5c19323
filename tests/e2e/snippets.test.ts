import { spawn } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
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
  const { system } = run;
  folder = await mkdtemp(path.join(tmpdir(), "promptcall-snippets-"));
  for (const name of ["package.json", ".npmrc", "tools", "node_modules"])
    await symlink(path.join(root, name), path.join(folder, name));
  const to = (port: number, url: string) => `connect-to = "127.0.0.1:${port}:${new URL(url).host}"`;
  // A snippet has the ports of `npm start`, which may be somebody's at the moment; an answer that is an error fails it.
  await writeFile(
    path.join(folder, ".curlrc"),
    [to(3000, system.apiUrl), to(3001, system.sim.url), "fail-with-body", 'write-out = "\\n"'].join("\n"),
  );
});

afterAll(async () => {
  await run.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs what a page has for a shell, from its first line to its last, until all that is wanted was written. */
function runPage(text: string, wanted: RegExp): Promise<string> {
  const code = snippetsIn(text).flatMap((snippet) => (snippet.info === "sh" ? [snippet.code] : []));
  const shell = spawn("bash", ["-euo", "pipefail", "-c", `${code.join("\n")}\necho '${END}'`], {
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

  it("of the README run as printed, and end in the result that it shows", async () => {
    const { text = "" } = pages.find(({ name }) => name === "README.md") ?? {};
    const shown =
      snippetsIn(text)
        .find(({ code }) => code.startsWith("tid="))
        ?.code.trim() ?? "";
    const result = new RegExp(shown.split("…").join("[\\da-f-]{36}"));
    expect(shown).toContain("status=ok");
    const stdout = await runPage(text, result);
    expect(jsonIn(stdout)).toContainEqual({ tid: "value", status_url: "value" });
  });

  it("of the README begin with a call that needs no key and no receiver, and whose result is in the inbox", async () => {
    const { text = "" } = pages.find(({ name }) => name === "README.md") ?? {};
    const [first] = snippetsIn(text).filter(({ info }) => info === "sh");
    expect(first?.code).toMatch(/^curl http/);
    // The result, too, goes to where the run is.
    const code = first?.code.replaceAll("http://127.0.0.1:3000", run.system.apiUrl);
    const stdout = await runPage(`\`\`\`sh\n${code}\n\`\`\`\n`, /"tid"/);
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
