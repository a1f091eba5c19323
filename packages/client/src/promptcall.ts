import { Application } from "./application.ts";
import { Batches } from "./batches.ts";
import { Calls } from "./calls.ts";
import { type JwtFor, mintJwts } from "./credential.ts";
import { transport } from "./transport.ts";

export type * from "./api.ts";
export type { BatchFilters, CreateBatchesOptions } from "./batches.ts";
export type { CallFilters, CallParameters, CreateOptions, ParkedFilters, RequestOptions } from "./calls.ts";
export type { CheckedRows } from "./check-rows.ts";
export { NotNowError, OtherRowsError, type Problem, PromptcallError, RefusedError, UnansweredError } from "./errors.ts";
export type { CreatedBatch, Journal, JournalEntry } from "./journal.ts";
export type { BatchParameters, Row } from "./row.ts";
export { read as rowNumbers } from "./row-numbers.ts";
export type { Rows } from "./rows.ts";
export type { CreatedBatches } from "./send-rows.ts";

/** How an application proves itself: by its private key, which never leaves the process, or by a JWT made elsewhere. */
type Proof =
  | {
      /** Id of the application at Vonage. */
      readonly applicationId: string;
      /** Its RSA key, as PEM. */
      readonly privateKey: string;
    }
  | { readonly jwt: string | (() => string | Promise<string>) };

/**
 * Where the service is, and by what the application proves itself.
 *
 * @example
 * const options: PromptcallOptions = { endpoint: "https://promptcall.example", applicationId, privateKey };
 */
export type PromptcallOptions = Proof & {
  /** Address of the service, as `https://promptcall.example`. */
  readonly endpoint: string;
  /** Where the deployment asks for one. */
  readonly apiKey?: string;
  /** In place of that of the runtime. */
  readonly fetch?: typeof fetch;
  /** How often a request is sent again that was not answered, or answered with "not now"; 4 without it. */
  readonly retries?: number;
  /** Asked to wait longer, a request is not sent again; seconds, 30 without it. */
  readonly longestRetrySeconds?: number;
};

/**
 * The service, as one application sees it.
 *
 * @example
 * import { Promptcall } from "promptcall";
 *
 * const promptcall = new Promptcall({ endpoint, applicationId, privateKey });
 * const { tid } = await promptcall.calls.create({ to, from, pin_code: "1234", text: "Please enter your PIN." });
 * console.log((await promptcall.calls.wait(tid)).status);
 */
export class Promptcall {
  readonly calls: Calls;
  readonly batches: Batches;
  readonly application: Application;

  constructor(options: PromptcallOptions) {
    const { endpoint, apiKey, retries = 4, longestRetrySeconds = 30 } = options;
    const nowMs = () => Date.now();
    const send = transport({
      endpoint,
      jwtFor: jwtForOf(options, nowMs),
      apiKey,
      fetch: options.fetch ?? fetch,
      sleep,
      retries,
      longestRetrySeconds,
    });
    this.calls = new Calls({ send, sleep });
    this.application = new Application({ send });
    this.batches = new Batches({ send, sleep, nowMs });
  }
}

function jwtForOf(options: PromptcallOptions, nowMs: () => number): JwtFor {
  if (!("jwt" in options)) return mintJwts({ ...options, nowMs });
  const { jwt } = options;
  return async () => (typeof jwt === "function" ? await jwt() : jwt);
}

async function sleep(seconds: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (seconds <= 0) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, seconds * 1_000);
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
