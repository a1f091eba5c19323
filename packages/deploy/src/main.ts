import { userInfo } from "node:os";
import { check } from "./check.ts";
import { type Fault, faultReport } from "./fault.ts";
import { handOver } from "./hand-over.ts";
import { stageFaults, stageOf } from "./stage.ts";

type Command = "deploy" | "dev";

const usage = (command: Command) => `npm run ${command} -- --stage <name> [what sst ${command} takes]

Looks whether the stage has what it needs: its variables, the region, AWS credentials, how many functions the account
runs at once, and its secrets. Says everything that is wrong, with its mend, and ends with 1; or else runs sst ${command}
with the same arguments, in the same environment (AWS_PROFILE, SST_STAGE, .env, .env.<stage>).

Without --stage it is the stage that sst takes: SST_STAGE, or your own, named after your user.
npx sst ${command} --help lists what else sst takes; npx sst ${command} looks at nothing first.`;

/** The code to end with. */
export async function main({ command, args }: { command: Command; args: readonly string[] }): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage(command));
    return 0;
  }
  // npm runs scripts there, and SST looks for its files there.
  const root = process.cwd();
  const stage = stageOf({ args, root, userName: userInfo().username });
  const ill = stageFaults({ stage, command });
  if (stage === undefined || ill.length > 0) return tell(ill, { command });
  console.log(`Looking whether stage ${stage} has what it needs …`);
  const { faults, notes } = await check({ stage, root });
  if (faults.length > 0) return tell(faults, { command, stage, notes });
  console.log(`It has: ${notes.join("; ")}.`);
  return await handOver({ args: [command, ...args], root });
}

function tell(
  faults: readonly Fault[],
  { command, stage, notes = [] }: { command: Command; stage?: string; notes?: readonly string[] },
): number {
  const heading = stage === undefined ? `sst ${command} was not run` : `sst ${command} was not run for stage ${stage}`;
  console.error(faultReport({ heading, faults }));
  if (notes.length > 0) console.error(`(${notes.join("; ")})`);
  return 1;
}
