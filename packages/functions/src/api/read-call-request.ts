import { type CallRequest, CallRequestSchema } from "@promptcall/core/request";
import type { core } from "zod";
import type { FieldError, Problem } from "../problem.ts";
import type { Fields } from "./read-body.ts";

/** Parses the fields of a call; the problem names every field that is wrong, those of the credential included. */
export function readCallRequest(
  fields: Fields,
  credentialErrors: readonly FieldError[],
): CallRequest | { problem: Problem } {
  const parsed = CallRequestSchema.safeParse(fields);
  if (parsed.success && credentialErrors.length === 0) return parsed.data;
  const errors = [...(parsed.error?.issues ?? []).map((issue) => fieldError(issue, fields)), ...credentialErrors];
  // One field, one error: the first that was found says most.
  const byField = new Map(errors.toReversed().map((error) => [error.field, error]));
  const named = errors.filter((error) => byField.get(error.field) === error);
  const detail = `Wrong: ${named.map(({ field }) => field).join(", ")}. Nothing was accepted.`;
  return { problem: { status: 400, code: "invalid_request", detail, errors: named } };
}

function fieldError({ path, message }: core.$ZodIssue, fields: Fields): FieldError {
  const field = String(path[0]);
  return { field, wrong: whatIsWrong(fields[field]), expected: message.replace(/^expected /, "") };
}

/** In words, without the value: it may be a PIN. */
function whatIsWrong(value: unknown): string {
  if (value === undefined) return "is missing";
  if (value === null) return "is null";
  if (Array.isArray(value)) return "is given more than once";
  if (typeof value !== "string") return `is of type ${typeof value}`;
  if (value.trim() === "") return "is empty";
  return `is another text of ${[...value].length} characters`;
}
