import { expect, it } from "vitest";
import { run } from "./processes.ts";

it("npm run demo gets the right result from every kind of person, and exits with 0", async () => {
  const { code, stdout } = await run("npm", ["run", "demo"], {}).exited;
  expect(stdout).toContain("12 of 12 results are the right ones.");
  expect(stdout.match(/heard by another subscriber/g)).toHaveLength(12);
  expect(code).toBe(0);
});
