import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs, parseEnv } from "node:util";
import type { Fault } from "./fault.ts";

/** SST takes none of these user names for a stage by itself: it asks. https://sst.dev/docs/reference/cli#stage */
const ASKED_ABOUT = ["root", "admin", "prod", "dev", "production"];

/** https://github.com/anomalyco/sst/blob/dev/pkg/project/project.go */
const NOT_IN_A_NAME = /[^a-zA-Z0-9-]/;

/**
 * The stage that SST would take. The environment is then what SST makes of it: what `.env` says is for variables without
 * a value, what `.env.<stage>` says is for all of them.
 */
export function stageOf(given: { args: readonly string[]; root: string; userName: string }): string | undefined {
  const [fallbacks, before] = [variablesIn(path.join(given.root, ".env")), { ...process.env }];
  Object.assign(process.env, fallbacks, before);
  const stage = askedFor(given.args) || process.env.SST_STAGE || lastOne(given.root) || ownStage(given.userName);
  if (stage !== undefined) Object.assign(process.env, variablesIn(path.join(given.root, `.env.${stage}`)));
  return stage;
}

export function stageFaults({ stage, command }: { stage: string | undefined; command: "deploy" | "dev" }): Fault[] {
  const mend = `Name it: npm run ${command} -- --stage <name>`;
  if (stage === undefined) return [{ name: "The stage", says: "has no name", mend }];
  const name = `The stage "${stage}"`;
  if (NOT_IN_A_NAME.test(stage)) return [{ name, says: "may only have letters, digits and dashes", mend }];
  if (stage === "local") return [{ name, says: "is the one that npm start runs on this machine", mend }];
  if (stage === "production" && command === "dev")
    return [{ name, says: "would answer its customers from this machine", mend: `${mend}, or npm run deploy` }];
  return [];
}

function askedFor(args: readonly string[]): string | undefined {
  const { stage } = parseArgs({ args: [...args], options: { stage: { type: "string" } }, strict: false }).values;
  return typeof stage === "string" ? stage : undefined;
}

/** SST keeps the name of your own stage there. */
function lastOne(root: string): string | undefined {
  return ifThere(() => readFileSync(path.join(root, ".sst/stage"), "utf8").trim());
}

function ownStage(userName: string): string | undefined {
  const name = userName.toLowerCase().replaceAll(new RegExp(NOT_IN_A_NAME, "g"), "");
  return name === "" || ASKED_ABOUT.includes(name) ? undefined : name;
}

function variablesIn(file: string): Record<string, string | undefined> {
  return ifThere(() => parseEnv(readFileSync(file, "utf8"))) ?? {};
}

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
