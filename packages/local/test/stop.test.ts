import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("stop() in the middle of an invocation ends everything, so that the process ends too", async () => {
  const script = fileURLToPath(new URL("./fixtures/stop-midway.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 15_000 });
  expect(JSON.parse(stdout)).toEqual({
    milliseconds: expect.toSatisfy((milliseconds: number) => milliseconds < 3_000),
    answering: Array(5).fill(false),
    threads: [],
  });
}, 20_000);
