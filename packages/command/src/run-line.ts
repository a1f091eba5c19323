import { readFile, writeFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { type Application, ExitCode, proposeCompletions, run, type StricliProcess } from "@stricli/core";
import { connectionOf } from "./connection.ts";
import type { Context } from "./context.ts";
import { InterruptedError, UsageError } from "./errors.ts";
import { EXIT_CODES } from "./exit-codes.ts";

let interruption = new AbortController();
let isListenedTo = false;
/** npm sends what it runs the signal of a Ctrl-C once more, beside the terminal. */
const ONE_PRESS_MS = 1_000;
let pressedMs = Number.NEGATIVE_INFINITY;
process.on("SIGINT", () => {
  const isSamePress = performance.now() - pressedMs < ONE_PRESS_MS;
  pressedMs = performance.now();
  if (!isListenedTo) {
    // One that nothing waits for ends it, as it would without this.
    if (!isSamePress) process.exit(EXIT_CODES.interrupted);
    return;
  }
  isListenedTo = false;
  const interrupted = interruption;
  interruption = new AbortController();
  interrupted.abort(new InterruptedError("It was ended by Ctrl-C. What was accepted goes on."));
});

const context: Context = {
  process: process as StricliProcess,
  connection: (flags) => connectionOf(flags, { env: process.env, read: readIfThere }),
  secrets: (process.env.PROMPTCALL_CALLBACK_SECRET ?? "").split(/\s+/).filter((secret) => secret !== ""),
  async read(file) {
    if (file === "-") {
      if (process.stdin.isTTY) process.stderr.write("Reading what you write here; Ctrl-D ends it.\n");
      return decoded(await buffer(process.stdin), "the standard input");
    }
    const text = await readIfThere(file);
    if (text === undefined) throw new UsageError(`There is no file ${file}.`);
    return text;
  },
  write: (file, text) => writeFile(file, text),
  isTerminal: process.stdin.isTTY === true && process.stdout.isTTY === true,
  get interrupted() {
    isListenedTo = true;
    return interruption.signal;
  },
};

async function readIfThere(file: string): Promise<string | undefined> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    if (error.code === "EISDIR") throw new UsageError(`${file} is a folder.`);
    throw error;
  });
  return bytes && decoded(bytes, file);
}

/** What Excel saves as "CSV" is often no UTF-8, and a name would be said wrong. */
function decoded(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8. In Excel, save it as "CSV UTF-8".`);
  }
}

/** Does what the words of a line say, or proposes how the line goes on. */
export async function runLine(application: Application<Context>, line: readonly string[]): Promise<void> {
  const [first, ...words] = line;
  if (first === "--complete") {
    // Flags are there for who has begun one: a file, or an id, is what mostly comes next.
    const isOfFlag = words.at(-1)?.startsWith("-") === true;
    for (const { completion } of await proposeCompletions(application, words, context))
      if (isOfFlag || !completion.startsWith("-")) console.log(completion);
    return;
  }
  await run(application, line, context);
  // Stricli has negative codes of its own for a line that it cannot read.
  if (process.exitCode === ExitCode.InvalidArgument || process.exitCode === ExitCode.UnknownCommand)
    process.exitCode = EXIT_CODES.usage;
}
