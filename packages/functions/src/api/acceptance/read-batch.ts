import { ownSecret } from "@promptcall/core/contracts/own-secret";
import { type CallRequest, callbackUrl, TimingSchema } from "@promptcall/core/contracts/request";
import * as z from "zod/mini";
import type { AddressPolicy } from "../../http/address-policy.ts";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { receiverErrors } from "./check-receiver.ts";
import { type Body, type Fields, isFields } from "./read-body.ts";
import {
  type Calls,
  errorsOf,
  invalidRequest,
  type Known,
  type RejectedRow,
  type Row,
  readRow,
  readTiming,
} from "./read-call.ts";

/** A boolean, also as text: a query has nothing else. */
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

/** What is said of a batch as a whole. */
export const OptionsSchema = z.object({
  atomic: flag("atomic"),
  unique_references: flag("unique_references"),
  batch_callback: z.optional(callbackUrl()),
  /** For the counts; that of the `defaults`, where there is no other. */
  callback_secret: z.optional(ownSecret()),
});

const OF_ALL = Object.keys(TimingSchema.shape);

/** Parses the rows of a batch, each on top of the defaults; a problem is what is said of them all, or that none is left. */
export function readBatch(
  { top, rows }: Extract<Body, { kind: "batch" }>,
  { credentialErrors, nowMs, receivers }: Known,
): Calls | { problem: Problem } {
  const { defaults = {}, ...options } = top;
  if (!isFields(defaults)) return { problem: invalidRequest([{ field: "defaults", ...mustBe("an object") }]) };
  const ofAll = { callback_secret: defaults.callback_secret, ...options };
  const parsed = OptionsSchema.safeParse(ofAll);
  const { timing, errors: timingErrors } = readTiming({ ...defaults, ...options }, nowMs);
  const errors = [
    ...(parsed.success
      ? receiverErrors({ field: "batch_callback", url: parsed.data.batch_callback }, receivers)
      : errorsOf(parsed.error.issues, ofAll)),
    ...timingErrors,
  ];
  if (!parsed.success || timing === undefined || errors.length + credentialErrors.length > 0)
    return { problem: invalidRequest([...errors, ...credentialErrors]) };
  if (rows.length === 0)
    return { problem: { status: 400, code: "empty_batch", detail: "There are no calls in the request." } };

  const { atomic: isAtomic, unique_references: hasUniqueReferences } = parsed.data;
  const read = readRows({ rows, defaults, hasUniqueReferences, receivers });
  if (read.rows.length === 0 || (isAtomic && read.rejected.length > 0))
    return { problem: refusal({ ...read, isAtomic }) };
  const { batch_callback: callbackUrl, callback_secret: callbackSecret } = parsed.data;
  return { kind: "batch", timing, isAtomic, callbackUrl, callbackSecret, ...read };
}

/** Thousands of wrong rows are mostly wrong in the same way, and would not fit into Lambda's 6 MB. */
const LISTED = 100;

export const listed = (rejected: readonly RejectedRow[]) => ({
  rejected: rejected.slice(0, LISTED),
  rejected_count: rejected.length,
});

function refusal({ rejected, isAtomic }: Pick<Calls, "rejected" | "isAtomic">): Problem {
  const which = isAtomic ? `${rejected.length} call(s) are` : "Every call is";
  const detail = `${which} wrong. Nothing was accepted.`;
  return { status: 400, code: "invalid_request", detail, more: listed(rejected) };
}

function readRows(given: {
  rows: readonly unknown[];
  defaults: Fields;
  hasUniqueReferences: boolean;
  receivers: AddressPolicy;
}) {
  const rows: Row[] = [];
  const rejected: RejectedRow[] = [];
  const references = new Set<string>();
  for (const [index, row] of given.rows.entries()) {
    const { request, errors } = readRow(isFields(row) ? { ...given.defaults, ...row } : row, given.receivers);
    const all = [...errors, ...misplaced(row), ...(given.hasUniqueReferences ? repeated(request, references) : [])];
    if (request === undefined || all.length > 0) rejected.push({ index, errors: all });
    else rows.push({ index, request });
  }
  return { rows, rejected };
}

/** Timing is an option of the whole batch. */
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
