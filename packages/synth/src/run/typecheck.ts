import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { ProgramFailedError } from "../errors.ts";
import { platformFolder } from "./platform.ts";
import { runProgram } from "./processes.ts";

/**
 * Checks `sst.config.ts` and `stacks/` in each root against the types of SST's own components, with the compiler that
 * checks all other code: the one that comes with SST takes three times as long. What it says of other files than these is
 * not ours to mend, and left out.
 */
export async function typecheckStacks(args: { repository: string; roots: readonly string[] }): Promise<string[]> {
  const platform = await platformFolder({ root: args.repository });
  const project = path.join(platform, `tsconfig.${process.pid}.json`);
  const roots = args.roots.map((root) => path.resolve(root));
  await writeFile(
    project,
    JSON.stringify({
      compilerOptions: {
        target: "ESNext",
        module: "ESNext",
        moduleResolution: "Bundler",
        allowImportingTsExtensions: true,
        noEmit: true,
        strict: true,
        skipLibCheck: true,
        types: ["node"],
        typeRoots: [path.join(args.repository, "node_modules/@types")],
      },
      files: [path.join(platform, "config.d.ts"), ...roots.map((root) => path.join(root, "sst.config.ts"))],
      include: roots.map((root) => path.join(root, "stacks")),
    }),
  );
  try {
    const compiler = path.join(args.repository, "node_modules/typescript/bin/tsc");
    const said = await runProgram({
      command: process.execPath,
      args: [compiler, "--project", project, "--pretty", "false"],
      cwd: args.repository,
      env: process.env,
    }).catch((error: unknown) => {
      if (error instanceof ProgramFailedError) return error.output;
      throw error;
    });
    const ours = (line: string) =>
      roots.some((root) => {
        const file = path.relative(root, path.resolve(args.repository, line.split("(")[0] ?? ""));
        return file === "sst.config.ts" || file.startsWith("stacks/");
      });
    return said.split("\n").filter((line) => line.includes("): error TS") && ours(line));
  } finally {
    await rm(project, { force: true });
  }
}
