import type { RejectedRowSchema } from "@promptcall/core/contracts/answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import { type CallRequest, CallRequestSchema, type Timing, TimingSchema } from "@promptcall/core/contracts/request";
import type { core } from "zod/mini";
import type { AddressPolicy } from "../../http/address-policy.ts";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { receiverErrors } from "./check-receiver.ts";
import { type Fields, isFields } from "./read-body.ts";

const LONGEST_AHEAD_MS = 7 * 24 * 3_600_000;

/** A row and its index in the request, from 0. */
export interface Row {
  readonly index: number;
  readonly request: CallRequest;
}

export type RejectedRow = RecordOf<typeof RejectedRowSchema>;

/** The calls that are asked for: one, or those of a batch. */
export interface Calls {
  readonly kind: "call" | "batch";
  readonly timing: Timing;
  /** All of them or none. */
  readonly isAtomic: boolean;
  readonly rows: readonly Row[];
  readonly rejected: readonly RejectedRow[];
  /** Gets the counts when the batch is over. */
  readonly callbackUrl: string | undefined;
  /** What those are signed with, where it is not the application's secret. */
  readonly callbackSecret?: string | undefined;
}

/** What is known of a request before its calls are read. */
export interface Known {
  readonly credentialErrors: readonly FieldError[];
  readonly nowMs: number;
  readonly receivers: AddressPolicy;
}

/** Parses the fields of one call. The problem names every wrong field, those of the credential included. */
export function readCall(fields: Fields, { credentialErrors, nowMs, receivers }: Known): Calls | { problem: Problem } {
  const { request, errors } = readRow(fields, receivers);
  const { timing, errors: timingErrors } = readTiming(fields, nowMs);
  const all = [...errors, ...timingErrors, ...credentialErrors];
  if (request === undefined || timing === undefined || all.length > 0) return { problem: invalidRequest(all) };
  const rows = [{ index: 0, request }];
  return { kind: "call", timing, isAtomic: true, rows, rejected: [], callbackUrl: undefined };
}

export function invalidRequest(errors: readonly FieldError[]): Problem {
  const detail = `Wrong: ${errors.map(({ field }) => field).join(", ")}. Nothing was accepted.`;
  return { status: 400, code: "invalid_request", detail, errors };
}

/** Parses one call, single or of a batch. */
export function readRow(
  row: unknown,
  receivers: AddressPolicy,
): { request?: CallRequest; errors: readonly FieldError[] } {
  if (!isFields(row)) return { errors: [{ field: "(the row)", ...mustBe("an object with the parameters") }] };
  const parsed = CallRequestSchema.safeParse(row);
  if (!parsed.success) return { errors: errorsOf(parsed.error.issues, row) };
  const request = parsed.data;
  return { request, errors: receiverErrors({ field: "callback", url: request.callback }, receivers) };
}

export function readTiming(fields: Fields, nowMs: number): { timing?: Timing; errors: readonly FieldError[] } {
  const parsed = TimingSchema.safeParse(fields);
  if (!parsed.success) return { errors: errorsOf(parsed.error.issues, fields) };
  const { send_at } = parsed.data;
  if (send_at !== undefined && Date.parse(send_at) > nowMs + LONGEST_AHEAD_MS)
    return {
      errors: [{ field: "send_at", wrong: "is more than 7 days ahead", expected: "a time up to 7 days ahead" }],
    };
  return { timing: parsed.data, errors: [] };
}

/** One error per field: the first one says most. */
export function errorsOf(issues: readonly core.$ZodIssue[], fields: Fields): readonly FieldError[] {
  const errors = issues.map((issue) => fieldError(issue, fields));
  const byField = new Map(errors.toReversed().map((error) => [error.field, error]));
  return errors.filter((error) => byField.get(error.field) === error);
}

function fieldError({ path, message }: core.$ZodIssue, fields: Fields): FieldError {
  const field = String(path[0]);
  const expected = message.replace(/^expected /, "");
  return { field, ...mustBe(expected), ...missing(fields[field]) };
}

/** What is wrong with a field that has no value, or several. */
function missing(value: unknown): { wrong?: string } {
  if (value === undefined) return { wrong: "is missing" };
  if (value === null) return { wrong: "is null" };
  if (Array.isArray(value)) return { wrong: "is given more than once" };
  return typeof value === "string" && value.trim() === "" ? { wrong: "is empty" } : {};
}
