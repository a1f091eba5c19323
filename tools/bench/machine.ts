import { execFileSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";

/** What a figure was measured on: without it, it says nothing. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly commit: string;
  readonly date: string;
  readonly command: string;
}

export function thisMachine(command: string): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.version,
    commit: commitOf(import.meta.dirname),
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    command,
  };
}

function commitOf(folder: string): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" }).trim();
  try {
    const isChanged = git("status", "--porcelain", "--", ":!bench/*.md", ":!bench/*.svg") !== "";
    return git("rev-parse", "--short", "HEAD") + (isChanged ? " and changes that are not committed" : "");
  } catch {
    return "unknown";
  }
}
