import { mustBe } from "../../http/problem.ts";
import { jsonOf } from "../../json.ts";
import { type Fields, isFields, type ReadRow } from "./parameters.ts";
import { repeatedKey } from "./repeated-key.ts";

/** One call per line; `options` are those of the first line, where that has `{"defaults": {…}}`. */
export interface Lines {
  readonly options: Fields;
  readonly rows: readonly ReadRow[];
  readonly count: number;
  /** All of it is one line, which is no JSON. */
  readonly isGlued: boolean;
}

/** Reads one line after another, and stops at the first one that is too many. */
export function ndjsonLines({ text, mostRows }: { text: string; mostRows: number }): Lines {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const [first, ...others] = lines.slice(0, mostRows + 2).map(rowOf);
  if (first === undefined) return { options: {}, rows: [], count: 0, isGlued: false };
  if ("fields" in first && "defaults" in first.fields)
    return { options: first.fields, rows: others, count: lines.length - 1, isGlued: false };
  const isGlued = lines.length === 1 && lines[0]?.includes("}{") === true && !("fields" in first);
  return { options: {}, rows: [first, ...others], count: lines.length, isGlued };
}

function rowOf(line: string): ReadRow {
  const value = jsonOf(line);
  const repeated = value === undefined ? undefined : repeatedKey(line);
  return repeated === undefined ? jsonRow(value) : { errors: [keyTwice(repeated)] };
}

/** A call of a list in JSON, or in a line. */
export function jsonRow(value: unknown): ReadRow {
  if (isFields(value)) return { fields: value };
  return { errors: [{ field: "(the row)", ...mustBe("an object with the parameters") }] };
}

export const keyTwice = (field: string) => ({ field, wrong: "is given more than once", expected: "each key once" });
