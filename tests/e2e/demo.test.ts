import { expect, it } from "vitest";
import { PEOPLE } from "../../tools/demo/people.ts";
import { run } from "./processes.ts";

it("npm run demo gets the right result from every kind of person, and exits with 0", async () => {
  const { code, stdout } = await run("npm", ["run", "demo"], {}).exited;
  const count = PEOPLE.length;
  expect(stdout).toContain(`${count} of ${count} results are the right ones.`);
  const over = stdout.split("\n").filter((line) => /^✓ …\d\d {2}.*\d s$/.test(line));
  expect(over.map((line) => /\d\d/.exec(line)?.[0]).toSorted()).toEqual(PEOPLE.map(({ ending }) => ending));
  // Not a terminal: no colour, and nothing that moves.
  expect(stdout).not.toContain("\u001b");
  expect(code).toBe(0);
});
