import { fileURLToPath } from "node:url";
import { typecheckStacks } from "./run/typecheck.ts";

/** The roots whose stacks are checked are the arguments. */
const repository = fileURLToPath(new URL("../../..", import.meta.url));
const errors = await typecheckStacks({ repository, roots: process.argv.slice(2) });
for (const error of errors) console.error(error);
process.exitCode = errors.length > 0 ? 1 : 0;
