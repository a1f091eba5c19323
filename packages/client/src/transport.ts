import pRetry from "p-retry";
import type { JwtFor } from "./credential.ts";
import { NotNowError, type Problem, RefusedError, UnansweredError } from "./errors.ts";

/** One request to the service. */
interface ServiceRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** From the root of the service, with its query; or an address that the service has named. */
  readonly path: string;
  readonly body?: { readonly text: string; readonly mediaType: string };
  readonly accept?: string;
  readonly idempotencyKey?: string;
  /** For how long the service may wait before it answers. */
  readonly waitSeconds?: number;
  /** For how long the service uses the credential. */
  readonly credentialSeconds?: number;
  /** What is done twice if it is sent twice: it is not sent again unless nothing was done. */
  readonly isSentOnce?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** What `text` says, where JSON was asked for. */
  readonly json: unknown;
  readonly headers: Headers;
}

/** @throws the signal's reason when it is aborted */
export type Sleep = (seconds: number, signal?: AbortSignal | undefined) => Promise<void>;

/** Sends a request until it is answered, or has been sent too often. */
export type Send = (request: ServiceRequest) => Promise<Answer>;

export interface TransportOptions {
  readonly endpoint: string;
  readonly jwtFor: JwtFor;
  readonly apiKey?: string | undefined;
  readonly fetch: typeof fetch;
  readonly sleep: Sleep;
  readonly retries: number;
  readonly longestRetrySeconds: number;
}

/** Beyond what the service waits by itself. */
const TIMEOUT_SECONDS = 30;

/** A credential as a request needs it that the service is done with when it answers. */
const SHORT_SECONDS = 60;

const JSON_TYPE = "application/json";

export function transport(options: TransportOptions): Send {
  const { retries, longestRetrySeconds, sleep } = options;
  const delaySeconds = (error: Error) =>
    error instanceof NotNowError || error instanceof UnansweredError ? (error.retryAfterSeconds ?? 0) : 0;
  return async (request) => {
    const isWorthRetrying = (error: Error) =>
      delaySeconds(error) <= longestRetrySeconds && mayBeSentAgain(error, request);
    return await pRetry(async () => await sendOnce(request, options), {
      retries,
      minTimeout: 250,
      maxTimeout: longestRetrySeconds * 1_000,
      randomize: true,
      ...(request.signal && { signal: request.signal }),
      shouldRetry: ({ error }) => isWorthRetrying(error),
      onFailedAttempt: async ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && isWorthRetrying(error)) await sleep(delaySeconds(error), request.signal);
      },
    });
  };
}

function mayBeSentAgain(error: Error, { isSentOnce = false }: ServiceRequest): boolean {
  return error instanceof NotNowError || (error instanceof UnansweredError && !isSentOnce);
}

async function sendOnce(request: ServiceRequest, options: TransportOptions): Promise<Answer> {
  const { endpoint, jwtFor, apiKey } = options;
  const { method, path, body, accept = JSON_TYPE, idempotencyKey, signal } = request;
  const timeout = AbortSignal.timeout((TIMEOUT_SECONDS + (request.waitSeconds ?? 0)) * 1_000);
  const headers = {
    accept,
    authorization: `Bearer ${await jwtFor(request.credentialSeconds ?? SHORT_SECONDS)}`,
    ...(apiKey !== undefined && { "x-api-key": apiKey }),
    ...(body && { "content-type": body.mediaType }),
    ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
  };
  try {
    const response = await options.fetch(addressOf({ path, endpoint }), {
      method,
      headers,
      redirect: "error",
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...(body && { body: body.text }),
    });
    const text = await response.text();
    const answer = { status: response.status, text, json: undefined, headers: response.headers };
    if (!response.ok) throw refusalOf(answer, endpoint);
    return accept === JSON_TYPE ? { ...answer, json: jsonOf(answer) } : answer;
  } catch (error) {
    if (error instanceof RefusedError || error instanceof UnansweredError) throw error;
    signal?.throwIfAborted();
    const what = timeout.aborted
      ? `did not answer within ${TIMEOUT_SECONDS} s`
      : `could not be reached${codeOf(error)}`;
    throw new UnansweredError(`${endpoint} ${what}.`, { cause: error });
  }
}

/** Why a connection was not made, as the system names it: Node tells it of the cause, Bun of the error. */
function codeOf(error: unknown): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  const named = cause?.code ?? code;
  return typeof named === "string" ? ` (${named})` : "";
}

/** The credential goes to the service, wherever an answer points. */
function addressOf({ path, endpoint }: { path: string; endpoint: string }): URL {
  const base = new URL(endpoint.endsWith("/") ? endpoint : `${endpoint}/`);
  const address = /^https?:/.test(path) ? new URL(path) : new URL(path.replace(/^\//, ""), base);
  if (address.origin !== base.origin)
    throw new UnansweredError(`The service has named an address elsewhere: ${address.origin}.`);
  return address;
}

/** What an answer means that is not a success. Gateways in between have answers of their own. */
function refusalOf(answer: Omit<Answer, "json">, endpoint: string): RefusedError | UnansweredError {
  const { status, text, headers } = answer;
  const problem = problemOf(text);
  if (problem === undefined)
    return new UnansweredError(`The answer ${status} of ${endpoint} is not the service's: is that its address?`, {
      status,
    });
  const retryAfterSeconds = secondsOf(headers.get("retry-after"));
  if (status >= 500 && problem.type !== NOT_CHECKED)
    return new UnansweredError(problem.detail, { status, problem, retryAfterSeconds });
  const isLater = status === 429 || status >= 500 || (status === 409 && retryAfterSeconds !== undefined);
  return isLater ? new NotNowError(problem, retryAfterSeconds) : new RefusedError(problem);
}

/** The one failure of the service's own after which it is certain that nothing was done. */
const NOT_CHECKED = "urn:promptcall:problem:credential_not_checked";

function problemOf(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" &&
  value !== null &&
  "type" in value &&
  typeof value.type === "string" &&
  "detail" in value &&
  typeof value.detail === "string" &&
  "status" in value &&
  typeof value.status === "number";

function secondsOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** Whoever cuts an answer short has not told what became of the request. */
function jsonOf({ text, status }: { text: string; status: number }): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UnansweredError(`The answer ${status} is not JSON.`, { status, cause });
  }
}
