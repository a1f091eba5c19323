import { execFile } from "node:child_process";
import { judged } from "../audit/judge.ts";

/** Of what is deployed; what only builds and tests is listed, and fails nothing. */
const ARGUMENTS = ["audit", "--json"];

const asked = (more: readonly string[]) =>
  new Promise<string>((resolve) => {
    execFile("npm", [...ARGUMENTS, ...more], { maxBuffer: 2 ** 26, timeout: 60_000 }, (_, stdout) => resolve(stdout));
  });

const { lines, fails } = judged({ deployed: await asked(["--omit=dev"]), all: await asked([]) });
for (const line of lines) console.log(line);
process.exitCode = fails ? 1 : 0;
