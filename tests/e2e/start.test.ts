import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, vi } from "vitest";
import { jwtOf, newAccount, postCall } from "../../tools/system/caller.ts";
import { freePort, npmRun, run } from "./processes.ts";

/** Ready and serving. */
async function started(args: readonly string[] = ["start"]) {
  const [PORT, SIM_PORT] = await Promise.all([freePort(), freePort()]);
  const system = run("npm", args, { PORT, SIM_PORT });
  const apiUrl = `http://127.0.0.1:${PORT}`;
  expect(await system.line(/ready/)).toBe(`Promptcall is ready: ${apiUrl}`);
  expect(await (await fetch(`${apiUrl}/setup`)).json()).toEqual({ result: "ok" });
  expect(await (await fetch(`http://127.0.0.1:${SIM_PORT}/sim/calls`)).json()).toEqual([]);
  return {
    apiUrl,
    async stopsOn(signal: "SIGINT" | "SIGTERM"): Promise<void> {
      system.child.kill(signal);
      const { code, stdout } = await system.exited;
      expect(code).toBe(0);
      expect(stdout).toContain("State is in memory: it is gone when this stops.");
      expect(stdout.match(/is ready/g)).toHaveLength(1);
    },
  };
}

describe("npm start", () => {
  it.each(["PORT", "SIM_PORT"])("says in one line that %s is taken, and exits with 1", async (variable) => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const port = String((taken.address() as AddressInfo).port);
    const ports = { PORT: await freePort(), SIM_PORT: await freePort(), [variable]: port };
    const { exited } = run("npm", ["start", "--silent"], ports);
    const { code, stderr } = await exited;
    taken.close();
    expect(code).toBe(1);
    expect(stderr.trim()).toBe(`Port ${port} is in use. PORT moves the api, SIM_PORT the simulated carrier.`);
  });

  it.each([
    ["PORT", "http", "PORT is not a port: http"],
    ["SIM_PORT", "70000", "SIM_PORT is not a port: 70000"],
    ["SIM_SPEED", "fast", "SIM_SPEED is not a positive number: fast"],
    ["PORT", "", "PORT is empty: give it a value, or leave it out."],
    ["SIM_SPEED", "", "SIM_SPEED is empty: give it a value, or leave it out."],
    ["AWS_REGION", "", 'Stage "local": AWS_REGION must be a region of AWS, as "eu-west-1".'],
    [
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "localhost:4318",
      'Stage "local": OTEL_EXPORTER_OTLP_ENDPOINT must be the address of a collector, as "https://otlp.example.com".',
    ],
  ])("says in one line that %s=%s is nothing to start with", async (variable, value, message) => {
    const { code, stderr } = await run("node", ["tools/commands/run.mjs", "start"], { [variable]: value }).exited;
    expect([code, stderr.trim()]).toEqual([1, message]);
  });
});

describe("the request that npm start prints", () => {
  it("works as it is printed: its result comes to the inbox of the run, genuine, and lines are JSON in a pipe", async () => {
    const [PORT, SIM_PORT] = await Promise.all([freePort(), freePort()]);
    const { child, exited, line, written } = run("npm", ["start", "--silent"], { PORT, SIM_PORT });
    await line(/-d callback=/);
    const printed = /curl[\s\S]*?\n\n/.exec(written())?.[0] ?? "";
    const { code, stdout } = await run("bash", ["-c", printed]).exited;
    expect(code).toBe(0);
    const { tid } = JSON.parse(stdout);
    const inbox = async () => {
      const answer = await fetch(`http://127.0.0.1:${PORT}/_local/inbox`);
      return ((await answer.json()) as { data: object[] }).data;
    };
    await vi.waitFor(
      async () => expect(await inbox()).toMatchObject([{ tid, method: "POST", verified: true }]),
      20_000,
    );
    child.kill("SIGTERM");
    const records = (await exited).stderr.split("\n").filter((text) => text.startsWith("{"));
    expect(records.map((text) => JSON.parse(text))).toContainEqual(
      expect.objectContaining({ service: "api", message: "call.accepted", tid }),
    );
  });
});

describe("npm run replay and npm run callback-secret", () => {
  it("find promptcall dev, which is ready, serves and stops with 0 on SIGTERM, and say so when there is none", async () => {
    const system = await started(["run", "promptcall", "--", "dev"]);
    const replay = ["replay", "--", "--queue", "callbacks"];
    const callbackSecret = ["callback-secret", "--", "my-application"];
    expect(await npmRun(replay)).toEqual({ code: 0, stdout: "0 sent again, 0 left.\n", stderr: "" });
    const secret = { code: 0, stdout: expect.stringMatching(/^whsec_[\w+/]{43}=\n$/), stderr: "" };
    expect(await npmRun(callbackSecret)).toEqual(secret);
    await system.stopsOn("SIGTERM");
    const nothing = {
      code: 2,
      stdout: "",
      stderr: "There is no stage here: run it beside npm start, or as npx sst shell --stage <name> -- npm run …\n",
    };
    expect(await npmRun(replay)).toEqual(nothing);
    expect(await npmRun(callbackSecret)).toEqual(nothing);
  });
});

describe("npm run replay", () => {
  it.each([
    [[], "Say which: --queue callbacks for all that are parked, or what they have in common."],
    [["--queue", "dial"], 'Expected "dial" to be one of (callbacks)'],
    [["--queue", "callbacks", "--all"], "No flag registered for --all, did you mean --tid or --until?"],
    [["--queue", "callbacks", "x"], 'Too many arguments, expected 0 but encountered "x"'],
    [["--since", "yesterday"], 'Failed to parse "yesterday" for since: it is no time, such as 2026-01-31T12:00:00Z'],
  ])("with %j says in one line what is wrong, and exits with 2", async (args, what) => {
    expect(await npmRun(["replay", "--", ...args])).toEqual({ code: 2, stdout: "", stderr: `${what}\n` });
  });
});

describe("npm run subscriber", () => {
  it("counts results beside npm start, which stops with 0 on SIGINT, tells them when asked, and stops with 0", async () => {
    const system = await started();
    const subscriber = run("npm", ["run", "--silent", "subscriber"]);
    expect(await subscriber.line(/ready/)).toBe(
      "The subscriber is ready: it counts the results on promptcall-local-Bus.",
    );
    const account = newAccount();
    const counted = subscriber.line(/result.counted/);
    const tid = await postCall({
      apiUrl: system.apiUrl,
      jwt: await jwtOf(account),
      fields: {
        to: "447700909005",
        from: "447700900999",
        text: "Hi",
        pin_code: "1234",
        callback: "http://127.0.0.1:9",
      },
    });
    const { day, ...line } = JSON.parse(await counted);
    expect(line).toMatchObject({ tid, application_id: account.applicationId, status: "error", reason: "busy" });
    const ask = ["tally", "-w", "examples/subscriber", "--", account.applicationId, day];
    const answer = { application_id: account.applicationId, day, ok: 0, failed: 0, error: 1 };
    expect(await npmRun(ask)).toEqual({ code: 0, stdout: `${JSON.stringify(answer)}\n`, stderr: "" });

    subscriber.child.kill("SIGINT");
    expect(await subscriber.exited).toMatchObject({ code: 0, stderr: "" });
    expect(await npmRun(ask)).toMatchObject({ code: 1, stderr: expect.stringContaining("Nothing was counted here") });
    await system.stopsOn("SIGINT");
    expect(await npmRun(["subscriber"])).toEqual({
      code: 1,
      stdout: "",
      stderr: "There is no Promptcall here to subscribe to: begin with npm start.\n",
    });
  });
});

describe("a Node that is too old", () => {
  it("gets one line that says so, and an exit with 1", async () => {
    const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';
    const preload = `data:text/javascript,${encodeURIComponent(older)}`;
    const ranBy = (npm_lifecycle_event: string | undefined) =>
      run(process.execPath, ["--import", preload, "tools/commands/run.mjs", "start"], { npm_lifecycle_event }).exited;
    const [byHand, byNpm] = await Promise.all([ranBy(undefined), ranBy("start")]);
    const old = /^Promptcall needs Node 24 or newer, and this is \S+\. (.*)$/;
    expect([byHand.code, old.exec(byHand.stderr.trim())?.[1]]).toEqual([
      1,
      "Run it by npm, which brings its own: npm run start",
    ]);
    // To run it by npm again would only say the same.
    expect([byNpm.code, old.exec(byNpm.stderr.trim())?.[1]]).toEqual([
      1,
      "npm has not installed its own: run npm ci --include=dev --ignore-scripts=false, and then this again.",
    ]);
  });
});
