import type { FieldError, RejectedRow } from "./api.ts";

/** The answer of the service to a request that it does not carry out: RFC 9457, `application/problem+json`. */
export interface Problem {
  /** `urn:promptcall:problem:<code>`; the API's page lists the codes. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong, and how to mend it. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Of a batch: the first of the rows that are wrong. */
  readonly rejected?: readonly RejectedRow[];
  readonly rejected_count?: number;
  readonly request_id?: string;
}

const PREFIX = "urn:promptcall:problem:";

/**
 * Anything that the client throws.
 *
 * @example
 * try {
 *   await promptcall.calls.create(call);
 * } catch (error) {
 *   if (error instanceof RefusedError) console.error(error.code, error.errors);
 *   else throw error;
 * }
 */
export class PromptcallError extends Error {
  override readonly name: string = "PromptcallError";
}

/**
 * The service has said no, and will say so again: mend the request.
 *
 * @example
 * if (error instanceof RefusedError && error.code === "invalid_request") console.error(error.errors);
 */
export class RefusedError extends PromptcallError {
  override readonly name: string = "RefusedError";
  /** HTTP status of the answer. */
  readonly status: number;
  readonly type: string;
  /** The last part of `type`, as `invalid_request`. */
  readonly code: string;
  /** The fields that are wrong, each with what is wrong and what is expected. */
  readonly errors: readonly FieldError[];
  /** What to tell whoever runs the service. */
  readonly requestId: string | undefined;
  /** All of the answer. */
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.status = problem.status;
    this.type = problem.type;
    this.code = problem.type.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : problem.type;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.problem = problem;
  }
}

/**
 * The service has said not now: nothing was done, and the same request may be taken later.
 *
 * @example
 * if (error instanceof NotNowError) setTimeout(again, (error.retryAfterSeconds ?? 60) * 1_000);
 */
export class NotNowError extends RefusedError {
  override readonly name = "NotNowError";
  /** When to ask again, if the service has said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: Problem, retryAfterSeconds: number | undefined) {
    super(problem);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * There was no answer, or none of the service's: whether the request was carried out is not known. The same request with
 * the same `idempotencyKey` is safe.
 *
 * @example
 * if (error instanceof UnansweredError) await promptcall.calls.create(call, { idempotencyKey });
 */
export class UnansweredError extends PromptcallError {
  override readonly name = "UnansweredError";
  /** HTTP status of the answer; none where there was none. */
  readonly status: number | undefined;
  /** What the service has said of its trouble. */
  readonly problem: Problem | undefined;
  /** When to ask again, if the service has said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, details: Partial<UnansweredDetails> = {}) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.problem = details.problem;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

interface UnansweredDetails {
  readonly status: number | undefined;
  readonly problem: Problem | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly cause: unknown;
}

/**
 * The rows are not those with which the journal was begun: to go on would call people twice, or others not at all.
 *
 * @example
 * if (error instanceof OtherRowsError) console.error("The file was changed. Use another journal for it.");
 */
export class OtherRowsError extends PromptcallError {
  override readonly name = "OtherRowsError";
}
