import type { FieldError, Problem } from "../../http/problem.ts";

/** The answer to a request in which these fields are wrong. */
export function invalidRequest(errors: readonly FieldError[]): Problem {
  const detail = `Wrong: ${errors.map(({ field }) => field).join(", ")}. Nothing was accepted.`;
  return { status: 400, code: "invalid_request", detail, errors };
}
