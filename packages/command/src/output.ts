import { styleText } from "node:util";
import type { Context } from "./context.ts";

export const JSON_FLAG = {
  json: { kind: "boolean", optional: true, withNegated: false, brief: "Write JSON, for programs" },
} as const;

/** Writes a line for whoever reads or parses what comes out. */
export function print({ process }: Pick<Context, "process">, line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Writes a line about what goes on, beside what comes out. */
export function note({ process }: Pick<Context, "process">, line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Rows under their heads, each column as wide as it needs. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(heads), ...rows.map(line)].join("\n");
}

type Format = Parameters<typeof styleText>[0];

/** How a status looks where somebody looks at it; the word is there without any colour. */
export function coloured(word: string, { isTerminal, process }: Pick<Context, "isTerminal" | "process">): string {
  if (!isTerminal || process.env?.NO_COLOR) return word;
  return styleText(COLOURS[word] ?? "reset", word, { validateStream: false });
}

const COLOURS: Readonly<Record<string, Format>> = { ok: "green", failed: "yellow", error: "red", parked: "red" };
