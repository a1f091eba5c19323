import { type CallRequest, callbackUrl, type Timing, TimingSchema } from "@promptcall/core/request";
import * as z from "zod/mini";
import type { FieldError, Problem } from "../problem.ts";
import { type Body, type Fields, isFields } from "./read-body.ts";
import { errorsOf, invalidRequest, readRow, readTiming } from "./read-call-request.ts";

/** A row by its place in the request, from 0. */
export interface Row {
  readonly index: number;
  readonly request: CallRequest;
}

export interface RejectedRow {
  readonly index: number;
  readonly errors: readonly FieldError[];
}

export interface Batch {
  readonly timing: Timing;
  readonly isAtomic: boolean;
  readonly hasUniqueReferences: boolean;
  readonly callbackUrl: string | undefined;
  readonly rows: readonly Row[];
  readonly rejected: readonly RejectedRow[];
}

/** In a query there is nothing but text. */
const flag = (name: string) =>
  z._default(
    z.pipe(
      z.union([z.boolean(), z.stringbool({ truthy: ["true", "1"], falsy: ["false", "0"] })], {
        error: `expected true or false for ${name}`,
      }),
      z.boolean(),
    ),
    false,
  );

const OptionsSchema = z.object({
  atomic: flag("atomic"),
  unique_references: flag("unique_references"),
  /** Gets the counts when the batch is over. */
  batch_callback: z.optional(callbackUrl()),
});

const OF_ALL = Object.keys(TimingSchema.shape);

/** Parses the rows of a batch, each on top of the defaults; only what is said of them all can be a problem. */
export function readBatch(
  { top, rows }: Extract<Body, { kind: "batch" }>,
  { credentialErrors, nowMs }: { credentialErrors: readonly FieldError[]; nowMs: number },
): Batch | { problem: Problem } {
  const { defaults = {}, ...options } = top;
  if (!isFields(defaults))
    return { problem: invalidRequest([{ field: "defaults", wrong: "is something else", expected: "an object" }]) };
  const parsed = OptionsSchema.safeParse(options);
  const { timing, errors: timingErrors } = readTiming({ ...defaults, ...options }, nowMs);
  const errors = [...(parsed.success ? [] : errorsOf(parsed.error.issues, options)), ...timingErrors];
  if (!parsed.success || timing === undefined || errors.length + credentialErrors.length > 0)
    return { problem: invalidRequest([...errors, ...credentialErrors]) };
  if (rows.length === 0)
    return { problem: { status: 400, code: "empty_batch", detail: "There are no calls in the request." } };

  const { atomic: isAtomic, unique_references: hasUniqueReferences, batch_callback } = parsed.data;
  return {
    timing,
    isAtomic,
    hasUniqueReferences,
    callbackUrl: batch_callback,
    ...readRows({ rows, defaults, hasUniqueReferences }),
  };
}

function readRows(given: { rows: readonly unknown[]; defaults: Fields; hasUniqueReferences: boolean }) {
  const rows: Row[] = [];
  const rejected: RejectedRow[] = [];
  const references = new Set<string>();
  for (const [index, row] of given.rows.entries()) {
    const { request, errors } = readRow(isFields(row) ? { ...given.defaults, ...row } : row);
    const all = [...errors, ...misplaced(row), ...(given.hasUniqueReferences ? repeated(request, references) : [])];
    if (request === undefined || all.length > 0) rejected.push({ index, errors: all });
    else rows.push({ index, request });
  }
  return { rows, rejected };
}

/** A batch is dialed in one go. */
function misplaced(row: unknown): FieldError[] {
  if (!isFields(row)) return [];
  return OF_ALL.filter((field) => row[field] !== undefined).map((field) => ({
    field,
    wrong: "is given for one call",
    expected: "the same for the whole batch, beside `calls` or in `defaults`",
  }));
}

function repeated(request: CallRequest | undefined, references: Set<string>): FieldError[] {
  if (request === undefined) return [];
  const { reference } = request;
  if (reference === undefined)
    return [{ field: "reference", wrong: "is missing", expected: "one for each call, since they are to be unique" }];
  if (references.has(reference))
    return [{ field: "reference", wrong: "is that of a call before", expected: "one that is unique in the batch" }];
  references.add(reference);
  return [];
}
