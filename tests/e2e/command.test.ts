import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { newAccount } from "../../tools/system/caller.ts";
import { environmentOf } from "../../tools/system/running.ts";
import { type Harness, shareHarness } from "./harness.ts";
import { npmRun } from "./processes.ts";
import { useCommand } from "./terminal.ts";

let harness: Harness;
const { file, started, run } = useCommand(() => harness);

beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const CALL = ["from=447700900999", "text=Please enter your PIN.", "pin_code=@pin"];

describe("a call from a terminal", () => {
  beforeEach(() => writeFile(file("pin"), "1234\n"));

  it("is waited for, and tells how it ended by its exit code", async () => {
    const right = await run(["call", "to=447700900001", ...CALL]);
    expect(right).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^[\da-f-]{36} {2}447700900001 {2}ok {2}wrong right/),
    });
    const busy = await run(["call", "to=447700900005", ...CALL, "--json"]);
    expect(busy.code).toBe(6);
    expect(JSON.parse(busy.stdout)).toMatchObject({ status: "error", reason: "busy" });
  });

  it("is looked at, listed, and cancelled by its id", async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { stdout } = await run([
      "call",
      "--no-wait",
      "to=447700900001",
      `send_at=${sendAt}`,
      "reference=later",
      ...CALL,
    ]);
    const tid = stdout.trim();
    expect((await run(["status", tid])).stdout).toBe(`${tid}  447700900001  queued\n`);
    const listed = await run(["list", "--json", "--where", "reference=later"]);
    expect(JSON.parse(listed.stdout)).toMatchObject({ tid, state: "queued" });
    expect(await run(["cancel", tid])).toMatchObject({ code: 0, stdout: `${tid} is cancelled.\n` });
    expect((await run(["list", "--limit", "1"])).stdout).toMatch(
      /^tid +to +state +status +reason +reference +accepted_at\n/,
    );
  });

  it("has its own code for each way in which it is not made, and names what to mend", async () => {
    const refused = await run(["call", "to=12", ...CALL]);
    expect(refused).toMatchObject({ code: 3, stderr: expect.stringMatching(/\n {2}to .+\n$/) });
    expect(await run(["call", "to"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("to is not name=value"),
    });
    expect(await run(["call", "pin_code=@nowhere"])).toMatchObject({ code: 2, stderr: "There is no file nowhere.\n" });
    expect(await run(["cal"])).toMatchObject({ code: 2 });
    expect(await run(["call", "to=1"], { PROMPTCALL_ENDPOINT: "" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--endpoint, the variable PROMPTCALL_ENDPOINT, or endpoint in promptcall.json"),
    });
  });
});

describe("where the service is", () => {
  it("is said by flags, then by the environment, then by a file", async () => {
    await writeFile(file("promptcall.json"), JSON.stringify({ endpoint: "http://127.0.0.1:1" }));
    const words = ["doctor", "--json"];
    const checksOf = ({ stdout }: { stdout: string }) =>
      stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
    const byFile = await run(words, { PROMPTCALL_ENDPOINT: "" });
    expect(checksOf(byFile)[0]).toMatchObject({
      check: "service",
      is_right: false,
      finding: expect.stringContaining(":1 "),
    });
    expect(checksOf(await run(words))[0]).toMatchObject({ check: "service", is_right: true });
    const byFlag = await run([...words, "--endpoint", "http://127.0.0.1:2"]);
    expect(checksOf(byFlag)[0]).toMatchObject({ is_right: false, finding: expect.stringContaining(":2 ") });
  });

  it("is looked at by a doctor, who says what is wrong", async () => {
    const right = await run(["doctor"]);
    expect(right).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^right {2}service.*\nright {2}clock.*\nright {2}credential/),
    });
    const wrong = await run(["doctor"], { PROMPTCALL_JWT: "not.a.jwt" });
    expect(wrong).toMatchObject({ code: 6, stdout: expect.stringContaining("WRONG  credential: not_a_jwt") });
  });

  it("is not said by a file that says something else", async () => {
    await writeFile(file("promptcall.json"), JSON.stringify({ endpont: "x" }));
    expect(await run(["doctor"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("promptcall.json must be"),
    });
  });
});

describe("a table from a terminal", () => {
  const DEFAULTS = ["from=447700900999", "text=Please enter your PIN."];
  const send = (...words: string[]) => ["batch", "people.csv", "--yes", ...DEFAULTS, ...words];

  it("is checked, sent, followed, and has its results beside it", async () => {
    await writeFile(
      file("people.csv"),
      "To;PIN code;Reference\r\n447700900001;1234;a\r\nnobody;1234;b\r\n447700900005;1234;=c\r\n",
    );
    const ended = await run(send());
    expect(ended.stderr).toMatch(/line 3: to must be /);
    expect(ended.stderr).toMatch(/2 of 3 rows can be called, for \d+\.\d\d EUR at the most/);
    expect(ended).toMatchObject({ code: 6, stdout: "1 ok, 1 error, 1 rejected\n" });
    const uuid = "[\\da-f-]{36}";
    expect(await readFile(file("people.csv.results.csv"), "utf8")).toMatch(
      new RegExp(
        `^line,status,reason,reference,tid,not_redialed\r\n2,ok,,a,${uuid},\r\n3,rejected,wrong,,,\r\n4,error,busy,"'=c",${uuid},\r\n$`,
      ),
    );
    const again = await run(send());
    expect(again).toMatchObject({ code: 6, stdout: "1 ok, 1 error, 1 rejected\n" });
    expect(again.stderr).toContain("people.csv.journal is there");
  });

  it("that nobody can be asked about is not sent", async () => {
    await writeFile(file("people.csv"), "to,pin_code\n447700900001,1234\n");
    const ended = await run(["batch", "people.csv", ...DEFAULTS]);
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Nobody is there to be asked: say --yes."),
    });
  });

  it("of another encoding is refused, with what to do", async () => {
    await writeFile(file("people.csv"), Buffer.from("to,text\n447700900001,M\xfcller\n", "latin1"));
    expect(await run(send())).toMatchObject({ code: 2, stderr: expect.stringContaining('save it as "CSV UTF-8"') });
  });

  it("may come by the standard input, as lines of JSON, and its results go on", async () => {
    const input = '{"to":"447700900001","pin_code":"1234"}\n\n{"to":"447700900005","pin_code":"1234"}\n';
    const { stdout } = await run(["batch", "-", "--yes", ...DEFAULTS], {}, input);
    expect(stdout).toMatch(/^line,status,.*\r\n1,ok,.*\r\n3,error,busy,/);
  });

  it("whose command was killed goes on with the next, and calls everybody once", async () => {
    const people = Array.from({ length: 12 }, (_, index) => `447700900005,1234,p${index}`);
    await writeFile(file("people.csv"), ["to,pin_code,reference", ...people].join("\n"));
    const { child, written, ended } = started(send());
    await vi.waitFor(() => expect(written.stderr).toContain("accepted"), 30_000);
    child.kill("SIGKILL");
    await ended;
    expect(await run(send())).toMatchObject({ code: 6, stdout: "12 error\n" });
    const listed = await run([
      "list",
      "--json",
      "--limit",
      "100",
      "--where",
      `reference=${people.map((_, index) => `p${index}`).join(",")}`,
    ]);
    expect(listed.stdout.trim().split("\n")).toHaveLength(12);
  });

  it("goes on without whoever presses Ctrl-C, and tells how to follow it", async () => {
    await writeFile(file("people.csv"), "to,pin_code\n447700900001,1234\n");
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { child, written, ended } = started(send("--send-at", sendAt));
    await vi.waitFor(() => expect(written.stderr).toContain("waiting"), 30_000);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(0);
    const [, id = ""] = /promptcall watch (\S+)/.exec(stderr) ?? [];
    expect((await run(["status", id])).stdout).toContain("waiting");
    expect((await run(["pause", id])).stdout).toContain("paused");
    expect((await run(["resume", id])).stdout).toContain("waiting");
    expect((await run(["cancel", id])).stdout).toContain("1 are being cancelled");
    expect((await run(["watch", id])).stdout).toContain("1 of 1");
    expect(await run(["results", id])).toMatchObject({ code: 6, stdout: expect.stringContaining("cancelled") });
  });
});

describe("what is mistaken", () => {
  const send = ["batch", "people.csv", "--yes", "from=447700900999", "text=Hi"];

  it.each([
    [
      "a table without its first line",
      "447700900001,1234\n447700900002,1234\n",
      "No row of people.csv says whom to call.",
    ],
    ["a table of other columns", "number,pin\n447700900001,1234\n", "No row of people.csv says whom to call."],
    ["no table", "", "There are no rows in people.csv."],
    ["the first line of one alone", "to,pin_code\n", "There are no rows in people.csv."],
    ["a cell too many", "to,pin_code\n447700900001,1234,5\n", "Line 2 has a cell that no column is named for."],
    ["a list in JSON", '[{"to":"447700900001"}]', "This is a list in JSON. Write each row in a line of its own:"],
    ["JSON in several lines", '{\n"to":"447700900001"\n}', "Line 1 is no JSON object. Each line is a row,"],
  ])("as %s is said before anything is sent", async (_, text, message) => {
    await writeFile(file("people.csv"), text);
    expect(await run(send)).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(`^${message}`) });
  });

  it("of every row is said once, with the first of the lines", async () => {
    const rows = Array.from({ length: 8 }, () => "447700900001,1234,x");
    await writeFile(file("people.csv"), ["to,pin_code,colour", "nobody,1,", ...rows].join("\n"));
    const { code, stderr } = await run(send);
    expect(code).toBe(2);
    expect(stderr.split("\n")).toEqual([
      "line 2: to must be an E.164 number of 7 to 15 digits, with or without +",
      expect.stringMatching(/^lines 3, 4, 5, 6, 7 and 3 more: colour is not a parameter; /),
      "Every row is wrong. Nothing was sent.",
      "",
    ]);
  });

  it("of the service or of a file is a line, and no stack", async () => {
    await writeFile(file("pin"), "1234");
    const away = await run(["call", "to=447700900001", ...CALL], { PROMPTCALL_ENDPOINT: "http://127.0.0.1:1/" });
    expect(away).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(
        /^It is not known .* add --idempotency-key [\da-f-]{36}\nhttp:\/\/127\.0\.0\.1:1\/ could not be reached.*\n$/,
      ),
    });
    const other = await run(["list"], { PROMPTCALL_ENDPOINT: harness.system.sim.url });
    expect(other).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/^The answer 404 of .* is that its address\?\n$/),
    });
    expect(await run(["batch", ".", "--yes"])).toMatchObject({ code: 2, stderr: ". is a folder.\n" });
    expect(await run(["status", "x"])).toMatchObject({
      code: 3,
      stderr: "The application has no such call or batch.\n",
    });
    expect((await run(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("of a table that was sent with other words is told from what goes on", async () => {
    await writeFile(file("people.csv"), "to,pin_code\n447700900001,1234\n");
    expect((await run([...send, "--no-wait"])).code).toBe(0);
    expect(await run([...send, "reference=x", "--no-wait"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("To send all of them anew, move the journal away."),
    });
  });
});

describe("a receiver", () => {
  const secret = `whsec_${Buffer.alloc(24, 6).toString("base64")}`;
  const receivers: Server[] = [];
  // The carrier is asked about few credentials a second, and each command brings its own.
  beforeAll(() => harness.register(harness.account));
  afterEach(() => {
    for (const receiver of receivers.splice(0)) receiver.close();
  });

  /** Answers as it is told by what comes. */
  async function receiver(answer: (signatures: string) => number): Promise<string> {
    const server = createServer((request, response) => {
      response.statusCode = answer(String(request.headers["webhook-signature"]));
      request.resume().on("end", () => response.end());
    }).listen(0, "127.0.0.1");
    receivers.push(server);
    await once(server, "listening");
    const address = server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/result`;
  }

  async function findings(callback: string, env: Readonly<Record<string, string>> = {}) {
    const { code, stdout } = await run(["doctor", "--callback", callback], env);
    return { code, lines: stdout.split("\n").filter((written) => /(callback|receiver):/.test(written)) };
  }

  it("that verifies is told from one that takes everything, or has another secret", async () => {
    const known = { PROMPTCALL_CALLBACK_SECRET: secret };
    const all = await receiver(() => 200);
    expect(await findings(all, known)).toEqual({
      code: 6,
      lines: [
        `right  callback: the service would deliver to ${all}`,
        "WRONG  receiver: answers 200 to a delivery that is not genuine: verify its signature",
      ],
    });
    const none = await receiver(() => 401);
    expect((await findings(none, known)).lines[1]).toBe(
      "WRONG  receiver: answers 401 also to a test that is signed with PROMPTCALL_CALLBACK_SECRET: does it have the same secret?",
    );
    const withoutSecret = await findings(none);
    expect(withoutSecret).toMatchObject({
      code: 0,
      lines: [{}, expect.stringMatching(/^right {2}receiver: answers 401/)],
    });
    expect((await findings("http://127.0.0.1:1/")).lines[1]).toBe(
      "WRONG  receiver: http://127.0.0.1:1/ could not be reached from here",
    );
    expect(await run(["doctor", "--callback", "nowhere"])).toMatchObject({ code: 2 });
  });

  it("of promptcall listen is right, and says that it was tried", async () => {
    const known = { PROMPTCALL_CALLBACK_SECRET: secret };
    const { child, written, ended } = started(["listen", "--port", "0"], known);
    const callback = await vi.waitFor(() => /http:\S+(?=;)/.exec(written.stderr)?.[0] ?? notYet(written), 30_000);
    expect(await findings(callback, known)).toEqual({
      code: 0,
      lines: [
        `right  callback: the service would deliver to ${callback}`,
        "right  receiver: answers 401 to a delivery that is not genuine, and 200 to a test that is signed with the secret",
      ],
    });
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 0, stdout: "A test by promptcall doctor.\n" });
  });

  it("to which the service would not deliver is named, with why", async () => {
    const { applicationId, pem } = newAccount();
    await writeFile(file("other.key"), pem);
    const allowed = ["--id", applicationId, "--callback-hosts", "customer.example"];
    await npmRun(["application", "--", ...allowed], environmentOf(harness.system.local));
    const other = { PROMPTCALL_APPLICATION_ID: applicationId, PROMPTCALL_PRIVATE_KEY_FILE: "other.key" };
    const { lines } = await findings(await receiver(() => 401), other);
    expect(lines[0]).toBe(
      "WRONG  callback: the service would not deliver there: it is at another host; expected: a host that the application's callback_hosts name",
    );
  });
});

describe("a receiver in a terminal", () => {
  it("prints what is genuine, refuses what is not, and ends with Ctrl-C", async () => {
    const secret = `whsec_${Buffer.alloc(24, 5).toString("base64")}`;
    const { child, written, ended } = started(["listen", "--port", "0"], { PROMPTCALL_CALLBACK_SECRET: secret });
    const callback = await vi.waitFor(() => /http:\S+(?=;)/.exec(written.stderr)?.[0] ?? notYet(written), 30_000);
    expect((await fetch(callback, { method: "POST", body: "tid=1" })).status).toBe(401);
    const tid = await harness.post({ to: "447700900001", callback, callback_secret: secret });
    await vi.waitFor(() => expect(written.stdout).toContain(`${tid}  447700900001  ok`), 30_000);
    child.kill("SIGINT");
    expect((await ended).code).toBe(0);
  });
});

function notYet(written: unknown): never {
  throw new Error(`not written yet: ${JSON.stringify(written)}`);
}

it("a shell that completes lines is told of commands and of flags", async () => {
  expect((await run(["--complete", "b"])).stdout).toBe("batch\n");
  expect((await run(["--complete", "batch", "--y"])).stdout).toContain("--yes");
  expect((await run(["--complete", "completion", ""])).stdout).toBe("bash\nzsh\nfish\n");
  // A file is to come, which the shell knows by itself.
  expect((await run(["--complete", "batch", ""])).stdout).toBe("");
});
