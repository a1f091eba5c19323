import { userInfo } from "node:os";
import { check } from "./check.ts";
import { type Fault, faultReport } from "./fault.ts";
import { runSst } from "./run-sst.ts";
import { stageFaults, stageOf } from "./stage.ts";

type Command = "deploy" | "dev";

/** The code to end with. */
export async function main({ command, args }: { command: Command; args: readonly string[] }): Promise<number> {
  // npm runs scripts there, and SST looks for its files there.
  const root = process.cwd();
  const stage = stageOf({ args, root, userName: userInfo().username });
  const ill = stageFaults({ stage, command });
  if (stage === undefined || ill.length > 0) return print(ill, { command });
  console.log(`Looking whether stage ${stage} has what it needs …`);
  const { faults, notes } = await check({ stage, root });
  if (faults.length > 0) return print(faults, { command, stage, notes });
  console.log(`It has: ${notes.join("; ")}.`);
  return await runSst({ args: [command, ...args], root });
}

function print(
  faults: readonly Fault[],
  { command, stage, notes = [] }: { command: Command; stage?: string; notes?: readonly string[] },
): number {
  const heading = stage === undefined ? `sst ${command} was not run` : `sst ${command} was not run for stage ${stage}`;
  console.error(faultReport({ heading, faults }));
  if (notes.length > 0) console.error(`(${notes.join("; ")})`);
  return 1;
}
