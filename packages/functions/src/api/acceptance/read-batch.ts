import { type CallRequest, CallRequestSchema, type RequestOptions } from "@promptcall/core/contracts/request";
import { byPriority } from "@promptcall/core/dialing/priorities";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { askErrors } from "./ask-errors.ts";
import { BatchOptionsSchema } from "./batch-options.ts";
import { BATCH, CALL_PARAMETERS, DEFAULTS } from "./call-parameters.ts";
import { receiverErrors } from "./check-receiver.ts";
import { listed } from "./listed-rows.ts";
import { numberErrors } from "./number-errors.ts";
import { type Fields, givenOf, isFields, type ReadRow } from "./parameters.ts";
import type { Body } from "./read-body.ts";
import {
  type Calls,
  errorsOf,
  firstOfEach,
  type Known,
  parseCall,
  type RejectedRow,
  type Row,
  readOptions,
} from "./read-call.ts";
import { invalidRequest } from "./refuse-fields.ts";

/** Parses the rows of a batch, each on top of the defaults; a problem is what is said of them all, or that none is left. */
export function readBatch(
  { top, rows, columns }: Extract<Body, { kind: "batch" }>,
  known: Known,
): Calls | { problem: Problem } {
  const { otherErrors, nowMs, receivers, longestSeconds } = known;
  const { given: ofBatch, errors: unknown } = givenOf(top, BATCH);
  const { defaults: sent = {} } = ofBatch;
  if (!isFields(sent)) return { problem: invalidRequest([{ field: "defaults", ...mustBe("an object") }]) };
  const { given: defaults, errors: unknownDefaults } = givenOf(sent, DEFAULTS);
  const ofAll = { callback_secret: defaults.callback_secret, ...ofBatch };
  const parsed = BatchOptionsSchema.safeParse(ofAll);
  const fields = { ...sent, ...top };
  const { options, errors: optionErrors } = readOptions({ given: { ...defaults, ...ofBatch }, fields, nowMs });
  const errors = [
    ...(parsed.success
      ? receiverErrors({ field: "batch_callback", url: parsed.data.batch_callback }, receivers)
      : errorsOf({ issues: parsed.error.issues, fields })),
    ...optionErrors,
    ...unknown,
    ...unknownDefaults,
    ...otherErrors,
    ...unknownColumns(columns),
  ];
  if (!parsed.success || options === undefined || errors.length > 0) return { problem: invalidRequest(errors) };
  if (rows.length === 0)
    return { problem: { status: 400, code: "empty_batch", detail: "There are no calls in the request." } };
  const missing = columns === undefined ? [] : withoutColumn(columns, defaults);
  if (missing.length > 0) return { problem: withoutColumns({ missing, count: rows.length }) };

  const { atomic: isAtomic, unique_references: hasUniqueReferences, repeat: isRepeated } = parsed.data;
  const read = readRows({ rows, defaults, hasUniqueReferences, options, receivers, longestSeconds });
  if (read.rows.length === 0 || (isAtomic && read.rejected.length > 0))
    return { problem: refusal({ ...read, isAtomic }) };
  const { batch_callback: callbackUrl, callback_secret: callbackSecret } = parsed.data;
  return { kind: "batch", options, isAtomic, isRepeated, callbackUrl, callbackSecret, ...read };
}

/** A column that means nothing is a fault of the table, and named once; a column without a name has nothing in it. */
function unknownColumns(columns: readonly string[] = []): readonly FieldError[] {
  const named = Object.fromEntries(columns.filter((name) => name !== "").map((name) => [name, true]));
  return givenOf(named, CALL_PARAMETERS).errors;
}

/** What every call has to have. */
const REQUIRED = errorsOf({ issues: CallRequestSchema.safeParse({}).error?.issues ?? [], fields: {} });

/** What does as well. */
const INSTEAD: Readonly<Record<string, string>> = { from: "random_from_number", text: "texts" };

/** What each of them does without that no row can have, since there is no column for it. */
function withoutColumn(columns: readonly string[], defaults: Fields): readonly FieldError[] {
  const written = { ...defaults, ...Object.fromEntries(columns.map((column) => [column, ""])) };
  const isGiven = (field: string) => Object.hasOwn(written, field);
  return [...REQUIRED, ...askErrors(written)].filter(
    ({ field, wrong }) => wrong === "is missing" && !isGiven(field) && !isGiven(INSTEAD[field] ?? field),
  );
}

/** A column that is not there is missing once, and not in each of ten thousand rows. */
function withoutColumns({ missing, count }: { missing: readonly FieldError[]; count: number }): Problem {
  return { ...invalidRequest(missing), more: { rejected: [], rejected_count: count } };
}

function refusal({ rejected, isAtomic }: Pick<Calls, "rejected" | "isAtomic">): Problem {
  const which = isAtomic ? `${rejected.length} call(s) are` : "Every call is";
  const detail = `${which} wrong. Nothing was accepted.`;
  return { status: 400, code: "invalid_request", detail, more: listed(rejected) };
}

type Limits = Pick<Known, "receivers" | "longestSeconds"> & { options: RequestOptions };

function readRows(given: { rows: readonly ReadRow[]; defaults: Fields; hasUniqueReferences: boolean } & Limits) {
  const rows: Row[] = [];
  const rejected: RejectedRow[] = [];
  const references = new Set<string>();
  const numbersOf = numberErrors();
  for (const [index, row] of given.rows.entries()) {
    const { request, errors } = readRow({ row, numbersOf, ...given });
    const all = [...errors, ...(given.hasUniqueReferences ? repeated(request, references) : [])];
    if (request === undefined || all.length > 0) rejected.push({ index, errors: all });
    else rows.push({ index, request });
  }
  // As they are dialed: of what does not fit, the most urgent are accepted.
  return { rows: byPriority(rows, ({ request }) => request.priority), rejected };
}

/** What a row does not give is that of the defaults. */
function readRow(from: { row: ReadRow; defaults: Fields; numbersOf: ReturnType<typeof numberErrors> } & Limits) {
  const { row, defaults, numbersOf, options, receivers, longestSeconds } = from;
  if ("errors" in row) return { request: undefined, errors: row.errors };
  const { given, errors: unknown } = givenOf(row.fields, CALL_PARAMETERS);
  const all = { ...defaults, ...given };
  const { request, errors } = parseCall({
    given: all,
    fields: { ...row.fields, ...all },
    numbersOf,
    options,
    receivers,
    longestSeconds,
  });
  return { request, errors: firstOfEach([...unknown, ...errors]) };
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
