import { type Application, type CommandContext, generateHelpTextForAllCommands, run } from "@stricli/core";
import { expect, it } from "vitest";
import { applicationOf, COMMANDS } from "../src/application.ts";

import type { Context } from "../src/context.ts";

const application = applicationOf(COMMANDS);

async function written(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const stream = { write: (text: string) => void lines.push(text) };
  const never = async () => {
    throw new Error("is not asked for");
  };
  const context: Context = {
    process: { stdout: stream, stderr: stream, env: {} },
    connection: never,
    secrets: [],
    read: never,
    write: never,
    isTerminal: false,
    interrupted: new AbortController().signal,
  };
  await run(application, words, context);
  return lines.join("");
}

it("every command has a page of help, and no secret is a flag", () => {
  // No page depends on what a command is given.
  const pages = generateHelpTextForAllCommands(application as unknown as Application<CommandContext>);
  expect(pages.map(([name]) => name)).toEqual([
    "promptcall call",
    "promptcall batch",
    "promptcall status",
    "promptcall watch",
    "promptcall list",
    "promptcall results",
    "promptcall cancel",
    "promptcall pause",
    "promptcall resume",
    "promptcall replay",
    "promptcall listen",
    "promptcall doctor",
    "promptcall completion",
  ]);
  for (const [, page] of pages) expect(page).not.toMatch(/--(jwt|api-key|private-key|callback-secret)[^-]/);
});

it.each([
  ["bash", "complete -o default -F _promptcall promptcall"],
  ["zsh", "#compdef promptcall"],
  ["fish", "complete -c promptcall"],
])("%s is told how lines are completed", async (shell, line) => {
  expect(await written("completion", shell)).toContain(line);
});

it("a shell that is not known is not guessed", async () => {
  expect(await written("completion", "tcsh")).toMatch(/bash\|zsh\|fish|bash, zsh/);
});
