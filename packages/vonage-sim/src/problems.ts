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
  return error.issues.map((issue) => ({
    reason: issue.message,
    name: issue.path.findLast((part) => typeof part === "string") ?? "body",
  }));
}

/** What Voice answers when a call is too young, or too dead, to be changed. */
export const notNowProblem = { type: "BAD_REQUEST", error_title: "Bad Request" };

export function unauthorizedProblem(traceId: string) {
  return problem("unauthorized", "Unauthorized", "You did not provide correct credentials.", traceId);
}

export function throttledProblem(traceId: string) {
  return problem("throttled", "Rate Limit Hit", "Please wait, then retry your request", traceId);
}

export function notFoundProblem(traceId: string) {
  return problem("not-found", "Not Found", "The requested call was not found", traceId);
}

function problem(code: string, title: string, detail: string, instance: string) {
  return { type: `https://developer.vonage.com/api-errors#${code}`, title, detail, instance };
}
