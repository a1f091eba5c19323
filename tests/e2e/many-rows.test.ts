import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Harness, startHarness } from "./harness.ts";
import { useCommand } from "./terminal.ts";

/** As many as two requests hold. */
const ROWS = 20_000;

let harness: Harness;
const { file, started, run } = useCommand(() => harness);

beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

/** Of the types of its entries, in their order. A line that is being written counts when it is. */
async function journal(): Promise<string[]> {
  const text = await readFile(file("many.csv.journal"), "utf8").catch(() => "");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line).type);
}

const linesOf = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

it("of 20,000 rows whose command is killed while a request is under way, each is one call when it has gone on", async () => {
  const rows = Array.from({ length: ROWS }, (_, row) => `4477${String(row).padStart(8, "0")},1234,row ${row}`);
  await writeFile(file("many.csv"), ["to,pin_code,reference", ...rows].join("\n"));
  const sendAt = new Date(Date.now() + 12 * 3_600_000).toISOString();
  const words = [
    "batch",
    "many.csv",
    "--yes",
    "--no-wait",
    "--json",
    "--send-at",
    sendAt,
    "from=447700900999",
    "text=Hi",
  ];

  const { child, ended } = started(words);
  // The second request has been written down, and its answer has not.
  await vi.waitFor(async () => expect(await journal()).toEqual(["begun", "offered", "answered", "offered"]), {
    timeout: 120_000,
    interval: 20,
  });
  child.kill("SIGKILL");
  expect(await ended).toMatchObject({ code: null, stdout: "" });

  const again = await run(words);
  expect(again.stderr).toContain("many.csv.journal is there");
  expect(JSON.parse(again.stdout)).toMatchObject({ accepted: ROWS, rejected: 0 });
  expect(again.code).toBe(0);
  const { batches }: { batches: string[] } = JSON.parse(again.stdout);

  const listed = linesOf((await run(["list", "--batches", "--json"])).stdout);
  expect(listed.map(({ batch_id: id }) => id).toSorted()).toEqual(batches.toSorted());
  const results = await Promise.all(batches.map((id) => run(["results", id, "--json"])));
  const calls = results.flatMap(({ stdout }) => linesOf(stdout));
  expect(calls).toHaveLength(ROWS);
  expect(new Set(calls.map(({ tid }) => tid)).size).toBe(ROWS);
  expect(new Set(calls.map(({ reference }) => reference)).size).toBe(ROWS);
}, 240_000);
