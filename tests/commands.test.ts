import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const { scripts } = JSON.parse(await readFile(`${root}package.json`, "utf8")) as { scripts: Record<string, string> };

/** What these run is not ours, and has its own `--help`. */
const TOOLS = ["check", "lint", "format", "typecheck", "typecheck:code"];
const COMMANDS = Object.keys(scripts).filter((name) => !TOOLS.includes(name));

const RUNNER = "tools/commands/run.mjs";
const OPERATOR = "promptcall operator";

/** As npm does, whatever its script has before the arguments. */
function run([name = "", ...args]: readonly string[], variables?: Readonly<Record<string, string>>) {
  const [, words = name] = scripts[name]?.split(`${RUNNER} `) ?? [];
  return runFile([RUNNER, ...words.split(" "), ...args], variables);
}

function runFile(args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, args, options(variables), (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const options = (variables: Readonly<Record<string, string>>) => ({ cwd: root, env: { ...process.env, ...variables } });

describe("every command", () => {
  it("is run by the one runner, which looks at Node's version first", () => {
    expect(COMMANDS.length).toBeGreaterThan(15);
    for (const name of COMMANDS.filter((name) => name !== "debug"))
      expect(scripts[name], name).toMatch(
        new RegExp(`^(exec )?node tools/commands/run\\.mjs (${OPERATOR} )?${name}( |$)`),
      );
    expect(scripts.debug).toMatch(/ node --inspect tools\/commands\/run\.mjs start$/);
  });

  it.each(COMMANDS.filter((name) => name !== "debug"))("%s tells how it is used, and ends with 0", async (name) => {
    for (const flag of ["--help", "-h"]) {
      const { code, stdout, stderr } = await run([name, flag]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(new RegExp(`^(np(m|x) .*|USAGE\n {2}${OPERATOR} )${name}`));
    }
  });

  it("that there is not is refused with the list of those that there are", async () => {
    expect(await run(["strat"])).toEqual({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^There is no command strat\. There are: start, demo, .*\.\n$/),
    });
  });
});

describe("what a command cannot use is said in one line", () => {
  it.each(["scale", "bench", "synth", "simulate:mutants"])("an option that %s does not have", async (name) => {
    expect(await run([name, "--loud"])).toEqual({
      code: 1,
      stdout: "",
      stderr: `Unknown option '--loud'. npm run ${name} -- --help tells how it is used.\n`,
    });
  });

  it.each(["application", "replay", "callback-secret"])(
    "an option that %s of the operator does not have",
    async (name) => {
      expect(await run([name, "--loud"])).toEqual({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^No flag registered for --loud.*\n$/),
      });
    },
  );

  it.each([
    ["AWS_ENDPOINT_URL", "localhost:4566", "is not an address that begins with http:// or https://: localhost:4566"],
    ["AWS_ENDPOINT_URL_SQS", "", "is not an address that begins with http:// or https://: it is empty"],
    ["AWS_REGION", "", "is empty: give it a region, or leave it out."],
  ])("%s as '%s'", async (variable, value, says) => {
    // As in `sst shell`, where the variables are whoever's ran it.
    const shell = { SST_RESOURCE_App: JSON.stringify({ name: "promptcall", stage: "a" }) };
    for (const args of [
      ["replay", "--queue", "callbacks"],
      ["application", "--id", "my-application"],
    ])
      expect(await run(args, { ...shell, [variable]: value })).toEqual({
        code: 1,
        stdout: "",
        stderr: `${variable} ${says}\n`,
      });
  });

  it("a variable of the simulated carrier", async () => {
    const variables = { SIM_PORT: "", SIM_SPEED: "" };
    expect(await runFile(["packages/vonage-sim/src/main.ts"], variables)).toEqual({
      code: 1,
      stdout: "",
      stderr: "vonage-sim: SIM_PORT must be a port; SIM_SPEED must be a positive number\n",
    });
  });

  it("a shell of a stage that does not have what the command needs", async () => {
    const shell = { SST_RESOURCE_App: JSON.stringify({ name: "promptcall", stage: "a" }) };
    expect(await run(["callback-secret", "my-application"], shell)).toEqual({
      code: 1,
      stdout: "",
      stderr: "this function is not linked to CallbackKey\n",
    });
  });
});
