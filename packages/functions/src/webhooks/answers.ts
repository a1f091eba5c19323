import type { Ncco } from "@promptcall/core/call/script";
import { type Problem, problemAnswer } from "../http/problem.ts";
import type { WebhookRequest } from "./read-payload.ts";

/** As the address of a function gives it on. */
export interface Answer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export const NOTHING_TO_SAY: Answer = { statusCode: 204 };

export const says = (script: Ncco): Answer => ({
  statusCode: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(script),
});

export function problem({ requestContext }: WebhookRequest, given: Problem): Answer {
  const { status: statusCode, ...answer } = problemAnswer(given, requestContext.requestId);
  return { statusCode, ...answer };
}

export function unknownPath(asked: WebhookRequest): Answer {
  return problem(asked, { status: 404, code: "unknown_path", detail: "There is nothing at this path." });
}

export function unknownCall(asked: WebhookRequest): Answer {
  return problem(asked, { status: 404, code: "unknown_call", detail: "The call is no longer on record." });
}
