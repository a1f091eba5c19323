import type { Context } from "hono";
import type { CodeWith, PROBLEM_CODES, ProblemCode } from "./problem-codes.ts";

/** One field of a request that is not as it should be. Never holds the value. */
export interface FieldError {
  readonly field: string;
  readonly wrong: string;
  readonly expected: string;
}

type Status = (typeof PROBLEM_CODES)[ProblemCode]["status"];
type WithStatus = { [One in Status]: { readonly status: One; readonly code: CodeWith<One> } }[Status];

/** What the carrier's webhooks are told; no customer sees these. */
type OfWebhooks =
  | { readonly status: 400; readonly code: "invalid_webhook" }
  | { readonly status: 401; readonly code: "forged_webhook" }
  | { readonly status: 404; readonly code: "unknown_call" };

export type Problem = (WithStatus | OfWebhooks) & Told;

interface Told {
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** More that a program can read, under names of its own. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Record<Status, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  503: "Service Unavailable",
};

/** An error as RFC 9457 has it; `type` is a stable name to switch on. */
export function problem(c: Context, { status, code, detail, errors, more, headers = {} }: Problem): Response {
  const type = `urn:promptcall:problem:${code}`;
  return c.body(
    JSON.stringify({ type, title: TITLES[status], status, detail, ...(errors && { errors }), ...more }),
    status,
    {
      ...headers,
      "content-type": "application/problem+json",
    },
  );
}
