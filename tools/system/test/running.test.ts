import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { runningEnvironment } from "../running.ts";

const program = fileURLToPath(new URL("runs-until-told.ts", import.meta.url));
const started: ChildProcess[] = [];

async function start(name: string, own: string): Promise<ChildProcess> {
  const child = fork(program, [name, own]);
  started.push(child);
  await once(child, "message");
  return child;
}

async function end(child: ChildProcess, how: "told" | "killed"): Promise<void> {
  const exited = once(child, "exit");
  if (how === "told") child.send("end");
  else child.kill("SIGKILL");
  await exited;
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

it.each(["told", "killed"] as const)(
  "finds the last of several that run, and when it was %s the one before",
  async (how) => {
    const name = `test-${randomUUID()}`;
    expect(await runningEnvironment(name)).toBeUndefined();
    const first = await start(name, "first");
    const second = await start(name, "second");
    expect(await runningEnvironment(name)).toEqual({ OWN: "second" });
    await end(second, how);
    expect(await runningEnvironment(name)).toEqual({ OWN: "first" });
    await end(first, how);
    expect(await runningEnvironment(name)).toBeUndefined();
  },
);

it("finds what runs under its own name alone", async () => {
  const name = `test-${randomUUID()}`;
  await start(`${name}-2`, "other");
  expect(await runningEnvironment(name)).toBeUndefined();
});
