import type { Ncco } from "@promptcall/core/call/script";
import type { Answer } from "../http/answer.ts";
import { type Problem, problem as problemOf } from "../http/problem.ts";
import type { HttpEvent } from "../http/request.ts";

export const NOTHING_TO_SAY: Answer = { statusCode: 204 };

export const says = (script: Ncco): Answer => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(script),
});

export function problem({ requestContext }: HttpEvent, given: Problem): Answer {
  return problemOf(requestContext, given);
}

export function unknownPath(asked: HttpEvent): Answer {
  return problem(asked, { status: 404, code: "unknown_path", detail: "There is nothing at this path." });
}

export function unknownCall(asked: HttpEvent): Answer {
  return problem(asked, { status: 404, code: "unknown_call", detail: "The call is no longer on record." });
}
