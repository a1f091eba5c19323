import { signal } from "@preact/signals";
import { askJson, type Problem, ProblemError, sentenceOf } from "../data/api.ts";
import { masked } from "../data/masked.ts";
import { local } from "../data/session.ts";
import type { AcceptedBatch, Estimate, RejectedRow } from "../data/types.ts";
import { toast } from "../ui/toast.tsx";
import { number, plural } from "../ui/words.ts";
import { remember } from "./batch-list.ts";
import { type CsvRow, columnsOf, csvCell, csvRows } from "./csv.ts";

const MOST_BYTES = 4_500_000;

export interface File {
  readonly name: string;
  readonly text: string;
  readonly rows: readonly CsvRow[];
}

/** The one file that is looked at before anything is sent. */
export const check = signal<
  | { readonly kind: "none" }
  | { readonly kind: "checking" | "starting"; readonly file: File; readonly found: Found | undefined }
  | { readonly kind: "refused"; readonly name: string; readonly sentence: string }
  | { readonly kind: "checked"; readonly file: File; readonly found: Found }
>({ kind: "none" });

/** What the api says of a file. */
export interface Found {
  readonly callable: number;
  readonly estimate: Estimate | undefined;
  readonly wrong: readonly WrongCell[];
  readonly wrongCount: number;
  /** The others have been called since. */
  readonly isSent?: true;
}

export interface WrongCell {
  readonly id: string;
  readonly line: number;
  readonly column: string;
  /** As it may be shown. */
  readonly value: string;
  readonly wrong: string;
  readonly expected: string;
}

export async function checkFile(name: string, text: string): Promise<void> {
  if (new Blob([text]).size > MOST_BYTES) {
    const sentence = "The file is larger than 4.5 MB. Split it: each part is a batch of its own.";
    check.value = { kind: "refused", name, sentence };
    return;
  }
  if (text.includes("\u0000")) {
    check.value = { kind: "refused", name, sentence: "This is not text. Save the sheet as CSV." };
    return;
  }
  const file: File = { name, text, rows: csvRows(text) };
  check.value = { kind: "checking", file, found: undefined };
  try {
    const estimate = await askJson<Estimate>(posted({ file, isTrial: true }));
    const { count: callable, rejected = [], rejected_count: wrongCount = 0 } = estimate;
    check.value = {
      kind: "checked",
      file,
      found: { callable, estimate, wrong: wrongIn({ file, rejected }), wrongCount },
    };
  } catch (error) {
    check.value = refusedOf({ file, error });
  }
}

/** Where every row is wrong, the api refuses the file and names them all the same. */
function refusedOf({ file, error }: { file: File; error: unknown }): typeof check.value {
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const rejected = (problem?.more.rejected ?? []) as readonly RejectedRow[];
  if (rejected.length === 0) return { kind: "refused", name: file.name, sentence: fileSentence(problem, error) };
  const wrongCount = Number(problem?.more.rejected_count ?? rejected.length);
  return {
    kind: "checked",
    file,
    found: { callable: 0, estimate: undefined, wrong: wrongIn({ file, rejected }), wrongCount },
  };
}

function fileSentence(problem: Problem | undefined, error: unknown): string {
  if (!problem?.errors.length) return sentenceOf(error);
  const missing = problem.errors.filter(({ wrong }) => wrong === "is missing").map(({ field }) => field);
  if (missing.length === problem.errors.length)
    return `The first line must name the columns; ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing.`;
  return problem.errors.map(({ field, wrong }) => `${field} ${wrong}.`).join(" ");
}

const key = new WeakMap<File, string>();

function posted({ file, isTrial }: { file: File; isTrial: boolean }) {
  const query = new URLSearchParams({ dry_run: String(isTrial) });
  const columns = new Set(columnsOf(file.rows));
  const given = local.value;
  if (given?.from !== undefined && !columns.has("from")) query.set("from", given.from);
  if (given && !columns.has("callback")) query.set("callback", given.callback);
  const again = key.get(file) ?? crypto.randomUUID();
  key.set(file, again);
  return {
    method: "POST",
    path: `/call?${query}`,
    body: file.text,
    headers: { "content-type": "text/csv; charset=utf-8", ...(!isTrial && { "idempotency-key": again }) },
  } as const;
}

function wrongIn({ file, rejected }: { file: File; rejected: readonly RejectedRow[] }): readonly WrongCell[] {
  const columns = columnsOf(file.rows);
  return rejected.flatMap(({ index, errors }) => {
    const row = file.rows[index + 1];
    return errors.map(({ field, wrong, expected }) => ({
      id: `${index} ${field}`,
      line: row?.line ?? index + 2,
      column: field,
      value: shownValue(field, row?.cells[columns.indexOf(field)] ?? ""),
      wrong,
      expected,
    }));
  });
}

/** A PIN is never shown, whatever it was; a number is masked. */
function shownValue(column: string, value: string): string {
  if (column === "pin_code" || column === "callback_secret") return value === "" ? "" : "••••";
  if (column !== "to" && column !== "from") return value.length > 40 ? `${value.slice(0, 39)}…` : value;
  return /^[\d\s()+.-]*$/.test(value) && value !== "" ? masked(value) : value.slice(0, 3).padEnd(6, "•");
}

export async function start(file: File, found: Found): Promise<void> {
  check.value = { kind: "starting", file, found };
  try {
    const accepted = await askJson<AcceptedBatch>(posted({ file, isTrial: false }));
    remember({ id: accepted.batch_id, name: file.name, statusUrl: accepted.status_url });
    check.value = { kind: "none" };
    const left = found.wrongCount;
    const show = () => {
      check.value = { kind: "checked", file, found: { ...found, callable: 0, estimate: undefined, isSent: true } };
    };
    if (left === 0) toast(`${file.name} is accepted.`);
    else
      toast(`${file.name} is accepted without ${plural(left, "row")}.`, {
        act: { words: `Show the ${number(left)}`, run: show },
      });
  } catch (error) {
    check.value = { kind: "checked", file, found };
    toast(sentenceOf(error), { isError: true });
  }
}

/** The rows that cannot be called, with what is wrong, to be mended in a spreadsheet. */
export function wrongRowsCsv({ rows }: File, { wrong }: Found): string {
  const [header] = rows;
  const byLine = Map.groupBy(wrong, ({ line }) => line);
  const lines = rows.flatMap((row) => {
    const faults = byLine.get(row.line);
    const said = faults?.map(({ column, wrong: what }) => `${column} ${what}`).join("; ");
    return said === undefined ? [] : [[...row.cells, said].map(csvCell).join(",")];
  });
  return [[...(header?.cells ?? []), "what is wrong"].map(csvCell).join(","), ...lines, ""].join("\r\n");
}
