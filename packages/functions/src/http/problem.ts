import type { FieldErrorSchema } from "@promptcall/core/contracts/answer-fields";
import type { RecordOf } from "@promptcall/core/contracts/records/fields";
import type { Answer } from "./answer.ts";
import type { CodeWith, PROBLEM_CODES, ProblemCode } from "./problem-codes.ts";
import type { HttpRequest } from "./request.ts";

/** One field of a request that is not as it should be. Never holds the value: it may be a PIN. */
export type FieldError = RecordOf<typeof FieldErrorSchema>;

/** What to say of a field that has a value, but not one of the expected. */
export const mustBe = (expected: string) => ({ wrong: `must be ${expected}`, expected });

type Status = (typeof PROBLEM_CODES)[ProblemCode]["status"];
type WithStatus = { [One in Status]: { readonly status: One; readonly code: CodeWith<One> } }[Status];

/** The problems of the carrier's webhooks, which no customer sees. */
type OfWebhooks =
  | { readonly status: 400; readonly code: "invalid_webhook" }
  | { readonly status: 401; readonly code: "forged_webhook" }
  | { readonly status: 404; readonly code: "unknown_call" };

export type Problem = (WithStatus | OfWebhooks) & Members;

/** What RFC 9457 calls members, beside the status. */
interface Members {
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Further members for programs. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Record<Status, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** A stable name to switch on. */
export const problemType = <Code extends string>(code: Code) => `urn:promptcall:problem:${code}` as const;

/** An error in the form of RFC 9457. */
export function problem({ requestId }: Pick<HttpRequest, "requestId">, given: Problem): Answer {
  const { status, code, detail, errors, more, headers } = given;
  const body = JSON.stringify({
    type: problemType(code),
    title: TITLES[status],
    status,
    detail,
    ...(errors && { errors }),
    ...more,
    // Of the gateway, and in its header: absent where there is none.
    request_id: requestId,
  });
  return { statusCode: status, headers: { ...headers, "content-type": "application/problem+json" }, body };
}
