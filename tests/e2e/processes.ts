import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** Runs a command in the project's folder until the test is over. */
export function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
) {
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...environment } });
  children.push(child);
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (output.stdout += chunk));
  child.stderr.on("data", (chunk) => (output.stderr += chunk));
  const exited = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  const line = (wanted: RegExp) =>
    new Promise<string>((resolve) => {
      createInterface(child.stdout).on("line", (text) => wanted.test(text) && resolve(text));
    });
  return { child, exited, line, written: () => output.stdout };
}

/** An npm script, to its end. */
export const npmRun = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  run("npm", ["run", "--silent", ...args], environment).exited;

export async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return String(port);
}
