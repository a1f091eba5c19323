import { spawn } from "node:child_process";
import { constants } from "node:os";

/** Runs `sst` in this terminal, as if it had been called itself, and gives the code it ended with. */
export async function runSst({ args, root }: { args: readonly string[]; root: string }): Promise<number> {
  const sst = spawn("sst", args, { cwd: root, env: process.env, stdio: "inherit" });
  // A terminal sends Ctrl+C to both, and what comes of it is for sst to say.
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => sst.kill("SIGTERM"));
  return await new Promise((resolve, reject) => {
    sst.on("error", reject);
    sst.on("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
