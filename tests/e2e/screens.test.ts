import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { root } from "../documents.ts";
import { type Harness, shareHarness } from "./harness.ts";
import { inTerminal, KEYS } from "./pseudo-terminal.ts";
import { useCommand } from "./terminal.ts";

let harness: Harness;
const { file, line, run } = useCommand(() => harness);

beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

function promptcall(...words: string[]) {
  const { args, ...others } = line();
  return inTerminal({ ...others, args: [...args, ...words] });
}

const later = () => new Date(Date.now() + 3_600_000).toISOString();

const CHECKED = [
  "line 3: to must be an E\\.164 number of 7 to 15 digits, with or without \\+",
  "2 of 3 rows can be called, for \\d+\\.\\d\\d EUR at the most; the last is dialed at (\\S+ )?[\\d:]{8}\\.",
];
const ACCEPTED = "2 of 3 accepted, 1 rejected\\.";
const WAITING = "─{30} 0 over, dialed from (\\S+ )?[\\d:]{8}, over at about (\\S+ )?[\\d:]{8}";
const asked = (answer: string) => ["\\^C", "│", `[◇■]  What should become of the calls\\?`, `│  ${answer}`];

/** All that is on a screen. */
const screenOf = (...lines: readonly string[]) => new RegExp(`^${lines.join("\\n")}$`);

describe("a table in a terminal", () => {
  beforeEach(() => writeFile(file("people.csv"), "to,pin_code\n447700900001,1234\nnobody,1234\n447700900005,1234\n"));

  const batch = (...words: string[]) => promptcall("batch", "people.csv", "from=447700900999", "text=Hi", ...words);
  /** Under way, interrupted, and about to be watched on. */
  async function goingOn() {
    const terminal = batch("--yes", "--send-at", later());
    const { press, shows } = terminal;
    await shows(/0 over/);
    press(KEYS.ctrlC);
    await shows("● Leave them running");
    press(KEYS.down);
    await shows("● Go on watching");
    return terminal;
  }
  const batches = async () => (await run(["list", "--batches", "--json"])).stdout;

  it("is asked about, followed by a bar that is full in the end, and its results are told", async () => {
    const { ended, press, screen, shows } = batch();
    await shows("● No");
    press("y");
    expect(await ended).toBe(6);
    expect(screen()).toMatch(
      screenOf(
        ...CHECKED,
        "│",
        "◇  Call 2 people\\?",
        "│  Yes",
        ACCEPTED,
        "━{30} 2 over, 1 ok, 1 error",
        "Results are in people\\.csv\\.results\\.csv\\.",
        "1 ok, 1 error, 1 rejected",
      ),
    );
  });

  it.each([
    ["no", "n", "◇"],
    ["Ctrl-C", KEYS.ctrlC, "■"],
  ])("is not sent where the answer is %s", async (_, key, sign) => {
    const before = await batches();
    const { ended, press, screen, shows } = batch("--send-at", later());
    await shows("● No");
    press(key);
    expect(await ended).toBe(0);
    expect(screen()).toMatch(
      screenOf(...CHECKED, "│", `${sign}  Call 2 people\\?`, "│  No", "(│\\n)?Nothing was sent\\."),
    );
    expect(await batches()).toBe(before);
  });

  it("may be watched on after Ctrl-C, and left running", async () => {
    const { ended, press, screen, shows } = await goingOn();
    press(KEYS.enter);
    await shows(/Go on watching\n─+ 0 over/);
    press(KEYS.ctrlC);
    await shows("● Leave them running");
    press(KEYS.enter);
    expect(await ended).toBe(0);
    const [, id = ""] = /promptcall watch (\S+)$/.exec(screen()) ?? [];
    expect(screen()).toMatch(
      screenOf(
        ...CHECKED,
        ACCEPTED,
        WAITING,
        ...asked("Go on watching"),
        WAITING,
        ...asked("Leave them running"),
        "They go on\\. Follow them with: promptcall watch \\S+",
      ),
    );
    expect((await run(["status", id])).stdout).toContain("waiting  0 of 2");
  });

  it("is cancelled where Ctrl-C is answered so, and its results say it", async () => {
    const { ended, press, screen, shows } = await goingOn();
    press(KEYS.down);
    await shows("● Cancel");
    press(KEYS.enter);
    expect(await ended).toBe(6);
    expect(screen()).toMatch(
      screenOf(
        ...CHECKED,
        ACCEPTED,
        WAITING,
        ...asked("Cancel those that are queued, and hang up the others"),
        "━{30} 2 over, 2 error, cancelled",
        "Results are in people\\.csv\\.results\\.csv\\.",
        "2 error, 1 rejected",
      ),
    );
    expect((await readFile(file("people.csv.results.csv"), "utf8")).match(/error,cancelled/g)).toHaveLength(2);
  });
});

describe("Ctrl-C", () => {
  it("ends what waits for a call, and says in a line that the call goes on", async () => {
    const { ended, press, screen, shows } = promptcall(
      ...["call", "to=447700900001", "from=447700900999", "text=Hi", "pin_code=1234", `send_at=${later()}`],
    );
    await shows("is accepted");
    press(KEYS.ctrlC);
    expect(await ended).toBe(130);
    expect(screen()).toMatch(
      screenOf(
        "\\S+ is accepted; waiting for its result\\.",
        "\\^C(\\n)?It was ended by Ctrl-C\\. What was accepted goes on\\.",
      ),
    );
  });

  it("is one of both where npm has run the command, and passes it on once more", async () => {
    await writeFile(file("people.csv"), "to,pin_code\n447700900001,1234\n");
    const { env } = line();
    const key = { PROMPTCALL_PRIVATE_KEY_FILE: file("private.key") };
    const words = ["batch", file("people.csv"), "--yes", "--send-at", later(), "from=447700900999", "text=Hi"];
    const { ended, press, screen, shows } = inTerminal({
      file: "npm",
      args: ["run", "-s", "promptcall", "--", ...words],
      cwd: root,
      env: { ...env, ...key },
    });
    await shows(/0 over/);
    press(KEYS.ctrlC);
    await shows("● Leave them running");
    press(KEYS.enter);
    expect(await ended).toBe(0);
    expect(screen()).toContain("They go on. Follow them with");
  });

  it("ends what waits for somebody to write a table", async () => {
    const { ended, press, screen, shows } = promptcall("batch", "-", "from=447700900999", "text=Hi");
    await shows("Ctrl-D ends it");
    press(KEYS.ctrlC);
    expect(await ended).toBe(130);
    expect(screen()).toBe("Reading what you write here; Ctrl-D ends it.\n^C");
  });
});

/** How each shell is begun without anybody's settings, and told how lines are completed. */
const SHELLS = {
  bash: { args: ["--norc", "--noprofile", "-i"], setUp: 'eval "$(promptcall completion bash)"' },
  zsh: { args: ["-f", "-i"], setUp: 'eval "$(promptcall completion zsh)"' },
  fish: { args: ["--no-config", "--interactive"], setUp: "promptcall completion fish | source" },
};
/** Those of this machine: bash is on every one. */
const here = Object.entries(SHELLS).flatMap(([shell, how]) => {
  const path = (process.env.PATH ?? "")
    .split(":")
    .map((folder) => join(folder, shell))
    .find(existsSync);
  return path === undefined ? [] : [[shell, { ...how, path }] as const];
});

it("bash is among the shells that complete lines here", () => {
  expect(here.map(([shell]) => shell)).toContain("bash");
});

it.each(here)("%s completes commands, files and flags", async (_, { path, args, setUp }) => {
  const { file: node, args: words, env, cwd } = line();
  await mkdir(file("bin"));
  await writeFile(file("bin/promptcall"), `#!/bin/sh\nexec '${node}' '${words[0]}' "$@"\n`, { mode: 0o755 });
  await writeFile(file("pins.csv"), "");
  const home = { ...env, PATH: `${file("bin")}:${process.env.PATH}`, HOME: cwd, PS1: "$ " };
  const { press, shows } = inTerminal({ file: path, args, cwd, env: home });
  press(`${setUp}; echo "rea""dy"\r`);
  await shows("ready");
  press("promptcall bat\t");
  await shows(/promptcall batch$/m);
  press("pin\t");
  await shows(/promptcall batch pins\.csv$/m);
  press("--y\t");
  await shows(/promptcall batch pins\.csv --yes/);
});
