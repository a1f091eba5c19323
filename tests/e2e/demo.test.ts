import { expect, it } from "vitest";
import { PEOPLE } from "../../tools/demo/people.ts";
import { run } from "./processes.ts";

it("npm run demo gets the right result from every kind of person, and exits with 0", async () => {
  const { code, stdout } = await run("npm", ["run", "demo"], {}).exited;
  const count = PEOPLE.length;
  expect(stdout).toContain(`${count} of ${count} results are the right ones.`);
  expect(stdout.match(/heard by another subscriber/g)).toHaveLength(count);
  expect(code).toBe(0);
});
