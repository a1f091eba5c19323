import type { Context } from "hono";

/** One field of a request that is not as it should be. Never holds the value. */
export interface FieldError {
  readonly field: string;
  readonly wrong: string;
  readonly expected: string;
}

export interface Problem {
  readonly status: 400 | 401 | 404 | 405 | 413 | 415 | 503;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  readonly headers?: Readonly<Record<string, string>>;
}

const TITLES: Record<Problem["status"], string> = {
  400: "Bad Request",
  401: "Unauthorized",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  503: "Service Unavailable",
};

/** An error as RFC 9457 has it; `type` is a stable name to switch on. */
export function problem(c: Context, { status, code, detail, errors, headers = {} }: Problem): Response {
  const type = `urn:promptcall:problem:${code}`;
  return c.body(JSON.stringify({ type, title: TITLES[status], status, detail, ...(errors && { errors }) }), status, {
    ...headers,
    "content-type": "application/problem+json",
  });
}
