import type { IncomingMessage } from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";
import { SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import { ADDRESS_NOT_ALLOWED } from "@promptcall/core/callbacks/callback";
import type { CallbackRequest } from "@promptcall/core/callbacks/callback-request";
import { BURST } from "@promptcall/core/callbacks/callback-schedule";
import { AddressNotAllowedError, ReceiverFailureError } from "../errors.ts";
import type { CallbackAnswer, CallbackSender, SendOptions } from "../ports/callback-sender.ts";
import { retried } from "../runtime/retried.ts";
import { isGlobalAddress, numberedHost } from "./global-address.ts";
import { guardedLookup, type LookupAll } from "./guarded-lookup.ts";

/** Imported, it would have every export read, and `fetch` loaded with them: a third of what this function takes to start. */
const http = process.getBuiltinModule("node:http");

export interface CallbackSenderOptions {
  readonly timeoutSeconds: number;
  /** Whether loopback, private and link-local addresses may be called. */
  readonly privateNetworks: boolean;
  /** How names are looked up: as Node does by default. */
  readonly lookUp?: LookupAll;
}

/** So much of an answer is read, so that its receiver can finish; nothing in it is of use here. */
const LONGEST_ANSWER_BYTES = 64 * 1024;

const BURST_OPTIONS = {
  retries: BURST.retries,
  minTimeout: BURST.delayMs,
  factor: BURST.factor,
  randomize: true,
  maxRetryTime: BURST.withinMs,
};

/** Failures of a server that restarts or has a full backlog: they may be over in a moment. */
const WORTH_REPEATING = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/**
 * Sends callbacks to addresses that strangers chose. Every address that a name has is checked, and the connection goes to
 * one of those: DNS rebinding does not help. `http.request` follows no redirect.
 */
export function callbackSender({ timeoutSeconds, privateNetworks, lookUp }: CallbackSenderOptions): CallbackSender {
  const lookup = privateNetworks ? undefined : guardedLookup(lookUp);

  async function tryOnce(request: CallbackRequest, givenUp: AbortSignal): Promise<CallbackAnswer> {
    const started = performance.now();
    const elapsed = () => Math.round(performance.now() - started);
    try {
      const response = await answerTo(request, {
        lookup,
        // One timeout for DNS, connection and answer together.
        signal: AbortSignal.any([AbortSignal.timeout(timeoutSeconds * 1000), givenUp]),
      });
      const retryAfterSeconds = retryAfter(response.headers["retry-after"]);
      return {
        httpStatus: response.statusCode ?? 0,
        durationMs: elapsed(),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      };
    } catch (error) {
      return { failure: nameOf(error), durationMs: elapsed() };
    }
  }

  return {
    async send(request, { burst, whenSlow }) {
      const started = performance.now();
      const slowness = slownessOf(whenSlow);
      const tries: CallbackAnswer[] = [];
      const last = await retried(
        async () => {
          const afterMs = Math.round(performance.now() - started);
          const answer = await tryOnce(request, slowness.signal);
          slowness.signal.throwIfAborted();
          const record = tries.length === 0 ? answer : { ...answer, afterMs };
          tries.push(record);
          if (burst && isWorthRepeating(answer)) throw new ReceiverFailureError(record);
          return record;
        },
        { ...BURST_OPTIONS, signal: slowness.signal },
      )
        .catch((error: unknown) => {
          if (slowness.signal.aborted) return "given_up" as const;
          // The burst is over: its last answer counts.
          if (error instanceof ReceiverFailureError) return error.answer;
          throw error;
        })
        .finally(slowness.end);
      if (last === "given_up") return last;
      return tries.length === 1 ? last : { ...last, earlier: tries.slice(0, -1) };
    },
  };
}

/** Aborts a slow request, unless `whenSlow` allows it to wait longer. */
function slownessOf(whenSlow: SendOptions["whenSlow"]) {
  const controller = new AbortController();
  const ask = async () => {
    const mayStay = await whenSlow?.().catch(() => false);
    if (!mayStay) controller.abort();
  };
  const timer = whenSlow && setTimeout(ask, SLOW_AFTER_MS);
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}

function isWorthRepeating(answer: CallbackAnswer): boolean {
  if ("failure" in answer) return WORTH_REPEATING.has(answer.failure);
  return answer.httpStatus >= 500 && answer.retryAfterSeconds === undefined;
}

function answerTo(
  { url, method, headers, body }: CallbackRequest,
  { lookup, signal }: { lookup: LookupFunction | undefined; signal: AbortSignal },
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const target = new URL(url);
  // An address by number is not looked up.
  const numbered = numberedHost(target);
  if (lookup !== undefined && numbered !== undefined && !isGlobalAddress(numbered)) throw new AddressNotAllowedError();
  const { request } = target.protocol === "https:" ? https : http;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(target, {
    method,
    headers: { ...headers, ...length },
    signal,
    // A connection of its own each time, so that each is to an address that was checked for it.
    agent: false,
    ...(lookup && { lookup }),
  });
  sent.on("error", reject);
  // A closed connection ends the wait in any case.
  sent.on("close", () => reject(new Error("closed without an answer")));
  // 101 hands over a socket that is of no use here.
  sent.on("upgrade", (response, socket) => {
    resolve(response);
    socket.destroy();
  });
  sent.on("response", (response) => {
    let bytes = 0;
    // The timeout above ends a body that trickles.
    response
      .on("error", () => {})
      .on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > LONGEST_ANSWER_BYTES) response.destroy();
      });
    resolve(response);
  });
  sent.end(body);
  return promise;
}

/** Seconds, from either form of the header. */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds) : undefined;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if (error.name === "AbortError" || error.name === "TimeoutError") return "timeout";
  if (error instanceof AddressNotAllowedError) return ADDRESS_NOT_ALLOWED;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
