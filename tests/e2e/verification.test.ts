import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentOf } from "../../tools/system/running.ts";
import { root, snippetsIn } from "../documents.ts";
import { type Harness, shareHarness } from "./harness.ts";
import { freePort, npmRun } from "./processes.ts";

/** What the page of the api shows to verify results with. */
const shown = snippetsIn(await readFile(path.join(root, "docs/api.md"), "utf8")).filter(
  ({ info }) => info === "js" || info === "py",
);

let harness: Harness;
/** Of the application, as its operator prints it. */
let secret: string;
beforeAll(async () => {
  harness = await shareHarness();
  const { applicationId } = harness.account;
  const printed = await npmRun(["callback-secret", "--", applicationId], environmentOf(harness.system.local));
  expect(printed).toEqual({ code: 0, stdout: expect.stringMatching(/^whsec_[\w+/]{43}=\n$/), stderr: "" });
  secret = printed.stdout.trim();
});
afterAll(() => harness.stop());

/** The receiver of a page, as whoever copies it has it. */
async function startShown({ info, code }: { info: string; code: string }, secret: string) {
  const port = await freePort();
  const [command, args] =
    info === "js" ? [process.execPath, ["--input-type=module", "-e", code]] : ["python3", ["-u", "-c", code]];
  const child = spawn(command, args as string[], {
    cwd: root,
    env: { ...process.env, CALLBACK_SECRET: secret, PORT: String(port) },
  });
  let output = "";
  const waiting: { wanted: RegExp; resolve: (line: string) => void }[] = [];
  const failed = Promise.withResolvers<never>();
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      output += data;
      for (const { wanted, resolve } of waiting) {
        const found = wanted.exec(output)?.[0];
        if (found !== undefined) resolve(found);
      }
    });
  child.on("exit", (status) => failed.reject(new Error(`ended with ${status}: ${output}`)));
  failed.promise.catch(() => {});
  const line = (wanted: RegExp) =>
    Promise.race([
      new Promise<string>((resolve) => {
        const found = wanted.exec(output)?.[0];
        if (found !== undefined) resolve(found);
        waiting.push({ wanted, resolve });
      }),
      failed.promise,
    ]);
  await line(/listening/);
  return {
    url: `http://127.0.0.1:${port}/result?own=1`,
    line,
    stop: () => child.kill("SIGKILL"),
  };
}

let calls = 0;
function rejected(): string {
  calls += 1;
  return `4477008${String(calls).padStart(3, "0")}10`;
}

describe.each(shown)("the receiver in $info that docs/api.md shows", (snippet) => {
  it.each(["POST", "GET"])("takes the genuine result by %s, and no other", async (callback_method) => {
    const receiver = await startShown(snippet, secret);
    const tid = await harness.post({ to: rejected(), callback: receiver.url, callback_method });
    expect(await receiver.line(new RegExp(`genuine.*${tid}.*`))).toContain("invalid_number");
    const forged = await fetch(`${receiver.url}&tid=${tid}&status=ok`, {
      method: callback_method,
      headers: {
        "webhook-id": `msg_${tid}`,
        "webhook-timestamp": String(Math.floor(Date.now() / 1000)),
        "webhook-signature": `v1,${randomBytes(32).toString("base64")}`,
      },
      ...(callback_method === "POST" && { body: new URLSearchParams({ tid, status: "ok" }) }),
    });
    expect(forged.status).toBe(401);
    receiver.stop();
  });

  it("takes a result that is signed with a secret of the request", async () => {
    const callback_secret = `whsec_${randomBytes(32).toString("base64")}`;
    const receiver = await startShown(snippet, callback_secret);
    const tid = await harness.post({ to: rejected(), callback: receiver.url, callback_secret });
    expect(await receiver.line(new RegExp(`genuine.*${tid}`))).toContain(tid);
    receiver.stop();
  });
});

it("there is one in each language", () => {
  expect(shown.map(({ info }) => info)).toEqual(["js", "py"]);
});
