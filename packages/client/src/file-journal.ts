import { open, readFile } from "node:fs/promises";
import { PromptcallError } from "./errors.ts";
import type { Journal, JournalEntry } from "./journal.ts";

/**
 * A journal in a file, a line of JSON for each entry. It is made when the first is written.
 *
 * @example
 * import { fileJournal } from "promptcall/file-journal";
 * await promptcall.batches.create(rows, { defaults }, { journal: fileJournal("pins.csv.journal") });
 */
export function fileJournal(path: string): Journal {
  return {
    async entries() {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      // What stands behind the last line end was being written when its writer died: it was never relied on.
      const lines = text.split("\n").slice(0, -1);
      return lines.map((line, index) => entryOf(line, { path, line: index + 1 }));
    },
    async append(entry) {
      const file = await open(path, "a+", 0o600);
      try {
        const { size } = await file.stat();
        const last =
          size === 0 ? "\n" : (await file.read({ buffer: Buffer.alloc(1), position: size - 1 })).buffer.toString();
        if (last !== "\n") await cutLastLine(file);
        await file.appendFile(`${JSON.stringify(entry)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Of the line that its writer did not finish. */
async function cutLastLine(file: Awaited<ReturnType<typeof open>>): Promise<void> {
  const bytes = await file.readFile();
  await file.truncate(bytes.lastIndexOf("\n") + 1);
}

function entryOf(text: string, { path, line }: { path: string; line: number }): JournalEntry {
  try {
    const entry = JSON.parse(text);
    if (ENTRY_TYPES.has(entry?.type)) return entry;
  } catch {}
  throw new PromptcallError(`${path}, line ${line}: not an entry of a journal. Use a file of its own for it.`);
}

const ENTRY_TYPES: ReadonlySet<unknown> = new Set<JournalEntry["type"]>(["begun", "offered", "answered"]);
