import { spawn } from "node:child_process";
import { ProgramFailedError } from "../errors.ts";

/** Runs a program to its end, and gives what it wrote to its standard output. */
export async function runProgram(args: {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<string> {
  const child = spawn(args.command, args.args, { cwd: args.cwd, env: args.env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  child.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new ProgramFailedError({ program: args.command, output: stdout + stderr });
  return stdout;
}
