import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { RefusedError } from "../../packages/client/src/errors.ts";
import { fileJournal } from "../../packages/client/src/file-journal.ts";
import { Promptcall } from "../../packages/client/src/promptcall.ts";
import { type ParsedResult, parseResult, VerificationError, verify } from "../../packages/client/src/verify.ts";
import { root, snippetsIn } from "../documents.ts";
import { type Harness, shareHarness } from "./harness.ts";

let harness: Harness;
let promptcall: Promptcall;
let folder: string;

beforeAll(async () => {
  harness = await shareHarness();
  folder = await mkdtemp(join(tmpdir(), "client-"));
  const { applicationId, pem } = harness.account;
  promptcall = new Promptcall({ endpoint: harness.system.apiUrl, applicationId, privateKey: pem });
});
afterAll(async () => {
  await harness.stop();
  await rm(folder, { recursive: true });
});

const CALL = { from: "447700900999", text: "Please enter your PIN.", pin_code: "1234" };

describe("a call that the client makes", () => {
  it("is waited for, found in the list, and over once", async () => {
    const asked = { ...CALL, to: "447700900001", reference: "one" };
    const { tid } = await promptcall.calls.create(asked, { idempotencyKey: "order one" });
    expect(await promptcall.calls.create(asked, { idempotencyKey: "order one" })).toMatchObject({ tid });
    expect(await promptcall.calls.wait(tid)).toMatchObject({ tid, state: "completed", status: "ok", reference: "one" });
    const listed: string[] = [];
    for await (const call of promptcall.calls.list({ reference: "one" })) listed.push(call.tid);
    expect(listed).toEqual([tid]);
  });

  it("that is wrong names the field", async () => {
    const created = promptcall.calls.create({ ...CALL, to: "12" });
    await expect(created).rejects.toBeInstanceOf(RefusedError);
    await expect(created).rejects.toMatchObject({ code: "invalid_request", errors: [{ field: "to" }] });
  });

  it("has a result that verifies, and only with the secret of its application", async () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;
    const other = `whsec_${Buffer.alloc(24, 8).toString("base64")}`;
    const came = Promise.withResolvers<ParsedResult>();
    const receiver = createServer(async (request, response) => {
      const body = await text(request);
      response.end();
      const { headers } = request;
      expect(() => verify({ body, headers, secrets: other })).toThrow(VerificationError);
      came.resolve(parseResult(verify({ body, headers, secrets: [other, secret] }).signed));
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const address = receiver.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const callback = `http://127.0.0.1:${port}/result`;
    const { tid } = await promptcall.calls.create({ ...CALL, to: "447700900001", callback, callback_secret: secret });
    expect(await came.promise).toMatchObject({ type: "call.completed", data: { tid, status: "ok" } });
    receiver.closeAllConnections();
    receiver.close();
  });
});

describe("a table that the client sends", () => {
  it("is checked, called, watched and read, row by row", async () => {
    const table = "To;PIN code;Reference\n447700900001;1234;a\nno number;1234;b\n447700900005;1234;c\n";
    const { from, text: prompt } = CALL;
    const parameters = { defaults: { from, text: prompt } };
    const journal = fileJournal(join(folder, "table.journal"));
    const created = await promptcall.batches.create(table, parameters, { journal });
    expect(created).toMatchObject({ accepted: 2, rejected: [{ index: 1, errors: [{ field: "to" }] }] });
    const [{ batch_id: batchId, rows } = { batch_id: "", rows: "" }] = created.batches;
    expect(rows).toBe("0,2");
    const looks: number[] = [];
    for await (const { states } of promptcall.batches.watch(batchId)) looks.push(states.completed);
    expect(looks.at(-1)).toBe(2);
    const results: unknown[] = [];
    for await (const call of promptcall.batches.results(batchId)) results.push(call);
    expect(results).toMatchObject([
      { index: 0, reference: "a", status: "ok" },
      { index: 2, reference: "c", status: "error", reason: "busy" },
    ]);
    expect(await promptcall.batches.create(table, parameters, { journal })).toEqual(created);
  });

  it("can be paused, resumed and cancelled", async () => {
    const rows = Array.from({ length: 3 }, () => ({ to: "447700900001" }));
    const sendAt = new Date(Date.now() + 3_600_000).toISOString();
    const { batches } = await promptcall.batches.create(rows, { defaults: CALL, send_at: sendAt });
    const batchId = batches[0]?.batch_id ?? "";
    expect(await promptcall.batches.pause(batchId)).toMatchObject({ state: "paused" });
    expect(await promptcall.batches.resume(batchId)).toMatchObject({ state: "waiting" });
    expect(await promptcall.batches.cancel(batchId)).toMatchObject({ batch_id: batchId, count: 3 });
    const listed: string[] = [];
    for await (const batch of promptcall.batches.list({ state: "cancelled" })) listed.push(batch.batch_id);
    expect(listed).toContain(batchId);
  });
});

function fail(pattern: RegExp): never {
  throw new Error(`not written yet: ${pattern}`);
}

describe("the programs of the client's page", () => {
  let programs: readonly string[];

  beforeAll(async () => {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const page = await readFile(join(root, "docs/client.md"), "utf8");
    programs = snippetsIn(page).flatMap(({ info, code }) => (info === "ts" ? [code] : []));
    await writeFile(join(folder, "private.key"), harness.account.pem);
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await Promise.all(programs.map((code, index) => writeFile(join(folder, `${index}.ts`), code)));
  });

  async function output(index: number): Promise<string[]> {
    const env = {
      ...process.env,
      ENDPOINT: harness.system.apiUrl,
      APPLICATION_ID: harness.account.applicationId,
      PRIVATE_KEY_FILE: "private.key",
    };
    const { stdout } = await promisify(execFile)(process.execPath, [`${index}.ts`], { cwd: folder, env });
    return stdout.trim().split("\n");
  }

  it("are all tried here", () => {
    expect(programs).toHaveLength(5);
  });

  it("make a call, send a table, and tell an error, as printed", async () => {
    expect(await output(0)).toEqual(["ok 2"]);
    const lines = await output(1);
    expect(lines[0]).toMatch(/^row 2 is wrong:/);
    expect(lines.slice(-3)).toEqual(["2 of 2", "order 1 ok undefined", "order 2 error busy"]);
    expect(await output(2)).toEqual([expect.stringMatching(/^401 not_a_jwt [\w-]+$/)]);
  });

  it("receive a genuine result, and no other, and load as a handler", async () => {
    const secret = `whsec_${Buffer.alloc(24, 9).toString("base64")}`;
    const env = { ...process.env, CALLBACK_SECRET: secret, PORT: "0" };
    const code = (programs[3] ?? "").replace('console.log("listening")', "console.log(server.address())");
    await writeFile(join(folder, "receiver.ts"), code);
    const receiver = spawn(process.execPath, ["receiver.ts"], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let written = "";
    receiver.stdout.on("data", (data) => (written += data));
    const told = (pattern: RegExp) => vi.waitFor(() => pattern.exec(written)?.[1] ?? fail(pattern), 20_000);
    const port = await told(/port: (\d+)/);
    const callback = `http://127.0.0.1:${port}/result`;
    expect((await fetch(callback, { method: "POST", body: "forged" })).status).toBe(401);
    const { tid } = await promptcall.calls.create({ ...CALL, to: "447700900001", callback, callback_secret: secret });
    expect(await told(/tid: '([^']*)'/)).toBe(tid);
    receiver.kill();
    expect(await output(4)).toEqual([""]);
  });
});
