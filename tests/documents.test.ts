import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { documents, filesOf, root, snippetsIn } from "./documents.ts";

const pages = await documents();
const files = await filesOf(["**/*", ".ci/*", ".vscode/*"]);

/** Fences are looked at by themselves. */
const proseOf = (text: string) => text.replaceAll(/^ *(?:\d+\. )?```[\s\S]*?^ *```$/gm, "");

/** As GitHub makes them of headings. */
function anchorsOf(text: string): readonly string[] {
  const headings = [...proseOf(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-"),
  );
}

describe("the documentation", () => {
  it("links to files and headings that there are", async () => {
    const broken: string[] = [];
    for (const { name, text } of pages)
      for (const [, target = ""] of proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^https?:/.test(target)) continue;
        const [file = "", anchor] = target.split("#");
        const to = file === "" ? name : path.posix.join(path.posix.dirname(name), file);
        const isThere = files.includes(to.replace(/\/$/, ""));
        const hasAnchor =
          !isThere || anchor === undefined || anchorsOf(await readFile(path.join(root, to), "utf8")).includes(anchor);
        if (!isThere || !hasAnchor) broken.push(`${name}: ${target}`);
      }
    expect(broken).toEqual([]);
  });

  it("names files and folders that there are", () => {
    const top = new Set(files.map((file) => file.split("/")[0]));
    // What a command makes is not in the repository.
    const made = /^(\.sst|node_modules)\//;
    const wrong = pages.flatMap(({ name, text }) =>
      [...proseOf(text).matchAll(/`([\w.@-]+(?:\/[\w.@-]+)*\/?)`/g)].flatMap(([, written = ""]) => {
        const named = written.replace(/\/$/, "");
        const isPath = written.includes("/") && (top.has(named.split("/")[0]) || /\.\w{2,4}$/.test(named));
        const isSource = /^[\w-]+\.(ts|mjs)$/.test(named);
        if ((!isPath && !isSource) || made.test(named)) return [];
        return files.some((file) => file === named || file.endsWith(`/${named}`)) ? [] : [`${name}: ${written}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it("names lines to stop at that there are", async () => {
    const breakpoints = pages.flatMap(({ text }) => [...text.matchAll(/breakpoint in `([^`]+)`, at `([^`]+)`/g)]);
    expect(breakpoints.length).toBeGreaterThan(0);
    for (const [, file = "", line = ""] of breakpoints)
      expect(await readFile(path.join(root, file), "utf8"), file).toContain(line);
  });

  it("names no npm script that there is not", async () => {
    const scriptsIn = async (folder: string): Promise<string[]> =>
      Object.keys(JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8")).scripts ?? {});
    const ours = await scriptsIn(".");
    const launch = {
      name: ".vscode/launch.json",
      text: await readFile(path.join(root, ".vscode/launch.json"), "utf8"),
    };
    const output: { name: string; script: string }[] = [];
    for (const { name, text } of [...pages, launch]) {
      const scripts = name.startsWith("examples/") ? [...ours, ...(await scriptsIn(path.dirname(name)))] : ours;
      for (const [, script = ""] of text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)/g))
        output.push({ name, script: scripts.includes(script) ? "is there" : script });
    }
    expect(output.length).toBeGreaterThan(50);
    expect(output.filter(({ script }) => script !== "is there")).toEqual([]);
  });
});

describe("a decision", () => {
  it("is a choice, its reason and its day, under a topic that the index names", async () => {
    // One home: an entry anywhere else is one that nobody finds.
    expect(files.filter((file) => /decisions?\.md$/.test(file))).toEqual([]);
    const topics = (await filesOf(["docs/decisions/*.md"])).filter((file) => !file.endsWith("README.md"));
    const index = await readFile(path.join(root, "docs/decisions/README.md"), "utf8");
    expect(topics.filter((file) => !index.includes(`(${path.basename(file)})`))).toEqual([]);
    for (const file of topics) {
      const [title, ...entries] = (await readFile(path.join(root, file), "utf8")).split(/^## /m);
      expect(title, file).toMatch(/^# \w.*\n\n$/);
      for (const entry of entries)
        expect(entry, file).toMatch(
          /^\S.*\n\n- \*\*Choice\.\*\* .*\n- \*\*Why\.\*\* .*\n- \*\*When\.\*\* 20\d\d-\d\d-\d\d.*\n+$/,
        );
    }
  });
});

describe("a snippet of the documentation", () => {
  const snippets = pages.flatMap(({ name, text }) => snippetsIn(text).map((snippet) => ({ name, ...snippet })));

  it("says what it is: run in tests (`sh`), run elsewhere (`sh apart`), or for an account (`sh deploy`)", () => {
    const known = ["sh", "sh apart", "sh deploy", "bash deploy", "json", "js", "py", "ts", "mermaid", ""];
    expect(snippets.filter(({ info }) => !known.includes(info)).map(({ name, info }) => `${name}: ${info}`)).toEqual(
      [],
    );
    const logs = snippets.filter(({ info, code }) => info === "" && /^(\$ |npm |npx |curl |aws )/m.test(code));
    expect(logs.map(({ name }) => name)).toEqual([]);
  });

  it("is bash, also where no test can run it, and runs programs that npm has installed", async () => {
    const scripts = snippets.filter(({ info }) => /^(sh|bash)\b/.test(info));
    expect(scripts.length).toBeGreaterThan(15);
    await Promise.all(
      scripts.map(async ({ name, code }) => {
        const written = code.replaceAll(/<[a-z][a-z ]*>/gi, "PLACEHOLDER");
        await promisify(execFile)("bash", ["-n", "-c", written]).catch((error: Error) => {
          expect.unreachable(`${name}: ${error.message}`);
        });
        for (const [, program = ""] of written.matchAll(/\bnpx ([a-z-]+)/g))
          await access(path.join(root, "node_modules/.bin", program));
      }),
    );
  });
});
