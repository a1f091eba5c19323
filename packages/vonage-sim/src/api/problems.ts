import type { z } from "zod";

export interface InvalidParameter {
  readonly reason: string;
  readonly name: string;
}

/** A refused request as Voice words it: `type` is a number here. */
export function validationProblem(invalidParameters: readonly InvalidParameter[]) {
  return { type: 400, title: "Bad Request", invalid_parameters: invalidParameters };
}

/** As Voice does, names the last field on the way to the fault, not the whole path. */
export function invalidParameters(error: z.ZodError): InvalidParameter[] {
  return error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? { reason: "is not known", name: issue.keys[0] ?? "body" }
      : {
          reason: issue.message,
          name: issue.path.findLast((part) => typeof part === "string") ?? "body",
        },
  );
}

const problem = (type: string, title: string) => ({ type, error_title: title });

/** Also what Voice answers when a call is too young, or too dead, to be changed. */
export const badRequestProblem = problem("BAD_REQUEST", "Bad Request");
export const unauthorizedProblem = problem("UNAUTHORIZED", "Unauthorized");
export const forbiddenProblem = problem("FORBIDDEN", "Forbidden");
export const notFoundProblem = problem("NOT_FOUND", "Not Found");
export const methodProblem = problem("METHOD_NOT_ALLOWED", "Method Not Allowed");
export const serverProblem = problem("INTERNAL_SERVER_ERROR", "Internal Server Error");

/** The one form of Vonage's that has been seen with 429. */
export function throttledProblem(traceId: string) {
  return {
    type: "https://developer.vonage.com/api-errors#throttled",
    title: "Rate Limit Hit",
    detail: "Please wait, then retry your request",
    instance: traceId,
  };
}
