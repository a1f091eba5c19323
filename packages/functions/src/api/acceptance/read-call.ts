import type { RejectedRowSchema } from "@promptcall/core/contracts/batch-answers";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { CallSpec } from "@promptcall/core/contracts/records/spec";
import {
  type CallRequest,
  CallRequestSchema,
  type RequestOptions,
  RequestOptionsSchema,
} from "@promptcall/core/contracts/request";
import type { core } from "zod/mini";
import type { AddressPolicy } from "../../http/address-policy.ts";
import { type FieldError, mustBe, type Problem } from "../../http/problem.ts";
import { askErrors, unfitAnswers } from "./ask-errors.ts";
import { ONE_CALL } from "./call-parameters.ts";
import { receiverErrors } from "./check-receiver.ts";
import { chooseTexts, textsIn } from "./choose-texts.ts";
import { numberErrors } from "./number-errors.ts";
import { type Fields, givenOf } from "./parameters.ts";
import { invalidRequest } from "./refuse-fields.ts";
import { retryErrors } from "./retry-of.ts";
import { speechErrors } from "./speech-errors.ts";

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
  readonly options: RequestOptions;
  /** All of them or none. */
  readonly isAtomic: boolean;
  /** It is meant, if the same was asked before. */
  readonly isRepeated: boolean;
  readonly rows: readonly Row[];
  readonly rejected: readonly RejectedRow[];
  /** Gets the counts when the batch is over. */
  readonly callbackUrl: string | undefined;
  /** What those are signed with, where it is not the application's secret. */
  readonly callbackSecret?: string | undefined;
  /** Of the result, where it is asked for by the deprecated API. */
  readonly shape?: CallSpec["callback"]["shape"];
}

/** What is known of a request before its calls are read. */
export interface Known {
  readonly otherErrors: readonly FieldError[];
  readonly nowMs: number;
  readonly receivers: AddressPolicy;
  /** How long a call may last once it is answered. */
  readonly longestSeconds: number;
}

/** Parses the fields of one call. The problem names every wrong field, those of the credential included. */
export function readCall(fields: Fields, known: Known): Calls | { problem: Problem } {
  const { otherErrors, nowMs } = known;
  const { given, errors: unknown } = givenOf(fields, ONE_CALL);
  const { options, errors: optionErrors } = readOptions({ given, fields, nowMs });
  const { request, errors } = parseCall({ given, fields, numbersOf: numberErrors(), options, ...known });
  const all = [...firstOfEach([...unknown, ...errors, ...optionErrors]), ...otherErrors];
  if (request === undefined || options === undefined || all.length > 0) return { problem: invalidRequest(all) };
  const rows = [{ index: 0, request }];
  return { kind: "call", options, isAtomic: true, isRepeated: true, rows, rejected: [], callbackUrl: undefined };
}

/** The fields that are given, and all of them as they were sent: an error says what there was. */
interface Given {
  readonly given: Fields;
  readonly fields: Fields;
}

/** One call of a request, by itself or in a batch. */
export function parseCall({
  given,
  fields,
  numbersOf,
  options,
  receivers,
  longestSeconds,
}: Given & { numbersOf: ReturnType<typeof numberErrors>; options: RequestOptions | undefined } & Pick<
    Known,
    "receivers" | "longestSeconds"
  >): {
  request?: CallRequest;
  errors: readonly FieldError[];
} {
  const parsed = CallRequestSchema.safeParse(given);
  const chosen = parsed.success
    ? chooseTexts(parsed.data)
    : { errors: errorsOf({ issues: parsed.error.issues, fields }) };
  const request = "errors" in chosen ? undefined : chosen;
  const issues =
    "errors" in chosen
      ? chosen.errors
      : [
          ...receiverErrors({ field: "callback", url: chosen.callback }, receivers),
          ...unfitAnswers(chosen),
          ...speechErrors(chosen, { longestSeconds }),
          ...(options === undefined ? [] : retryErrors(chosen, { expiresInSeconds: options.expires_in })),
        ];
  // A text of its language may not go with what is asked, either.
  const asked = request === undefined || given.texts === undefined ? given : { ...given, ...textsIn(request) };
  const errors = firstOfEach([...numbersOf(given), ...issues, ...askErrors(asked)]);
  return request !== undefined && errors.length === 0 ? { request, errors } : { errors };
}

export function readOptions({ given, fields, nowMs }: Given & { nowMs: number }): {
  options?: RequestOptions;
  errors: readonly FieldError[];
} {
  const parsed = RequestOptionsSchema.safeParse(given);
  if (!parsed.success) return { errors: errorsOf({ issues: parsed.error.issues, fields }) };
  const { send_at } = parsed.data;
  if (send_at !== undefined && Date.parse(send_at) > nowMs + LONGEST_AHEAD_MS)
    return {
      errors: [{ field: "send_at", wrong: "is more than 7 days ahead", expected: "a time up to 7 days ahead" }],
    };
  return { options: parsed.data, errors: [] };
}

export function errorsOf(wrong: { issues: readonly core.$ZodIssue[]; fields: Fields }): readonly FieldError[] {
  return firstOfEach(wrong.issues.map((issue) => fieldError(issue, wrong.fields)));
}

/** One error per field: the first one says most. In the order of the parameters, and then what is none. */
export function firstOfEach(errors: readonly FieldError[]): readonly FieldError[] {
  const byField = new Map(errors.toReversed().map((error) => [error.field, error]));
  return errors
    .filter((error) => byField.get(error.field) === error)
    .toSorted((left, right) => placeOf(left) - placeOf(right));
}

const ORDER = [...Object.keys(CallRequestSchema.shape), ...Object.keys(RequestOptionsSchema.shape)];

function placeOf({ field }: FieldError): number {
  const place = ORDER.indexOf(field);
  return place < 0 ? ORDER.length : place;
}

function fieldError({ path, message }: core.$ZodIssue, fields: Fields): FieldError {
  const field = String(path[0]);
  const expected = message.replace(/^expected /, "");
  // One word of several is wrong by itself.
  return { field, ...mustBe(expected), ...(path.length > 1 ? {} : missing(fields[field])) };
}

/** As a spreadsheet writes a long number that it has rounded. */
const SHORTENED = /^\d(?:[.,]\d+)?E\+?\d+$/i;

/** What is wrong with a field that has no value, several, or one that was damaged. */
function missing(value: unknown): { wrong?: string } {
  if (value === undefined) return { wrong: "is missing" };
  if (value === null) return { wrong: "is null" };
  if (Array.isArray(value)) return { wrong: value.length === 0 ? "is empty" : "is given more than once" };
  if (typeof value !== "string") return {};
  if (value.trim() === "") return { wrong: "is empty" };
  return SHORTENED.test(value.trim())
    ? { wrong: "was shortened by a spreadsheet: there, its column has to be text" }
    : {};
}
