import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Service } from "../../client/test/support/service.ts";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** As many as two requests hold. */
const ROWS = 20_000;

it("every one of 20,000 rows has one result, where the command was killed before it was told what was accepted", async () => {
  await using service = await Service.start();
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  const numbers = Array.from({ length: ROWS }, (_, row) => `4477${String(row).padStart(8, "0")}`);
  await writeFile(join(folder, "many.csv"), ["to", ...numbers].join("\n"));
  const started = () =>
    spawn(process.execPath, [MAIN, "batch", "many.csv", "--yes", "--json"], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        PROMPTCALL_ENDPOINT: service.endpoint,
        PROMPTCALL_JWT: "a.b.c",
        XDG_CONFIG_HOME: folder,
      },
      stdio: ["ignore", "pipe", "ignore"],
    });

  const killed = started();
  let requests = 0;
  // Two are to look at the rows, and two to send them. The service goes on with what it has.
  service.before = () => {
    requests += 1;
    if (requests === 4) killed.kill("SIGKILL");
  };
  expect(await once(killed, "close")).toEqual([null, "SIGKILL"]);
  expect(await readFile(join(folder, "many.csv.journal"), "utf8")).toMatch(/"offered"[^\n]*\n$/);

  const again = started();
  expect(await once(again, "close")).toEqual([0, null]);
  expect(service.called.size).toBe(ROWS);
  expect(new Set(service.called.values())).toEqual(new Set([1]));
  const [, ...lines] = (await readFile(join(folder, "many.csv.results.csv"), "utf8")).trimEnd().split("\r\n");
  expect(lines).toEqual(numbers.map((number, row) => `${row + 2},ok,,,tid of ${number},`));
  await rm(folder, { recursive: true });
});
