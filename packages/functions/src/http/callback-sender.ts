import http from "node:http";
import https from "node:https";
import { SLOW_AFTER_MS } from "@promptcall/core/callbacks/bulkhead";
import type { CallbackRequest } from "@promptcall/core/callbacks/callback-request";
import { BURST } from "@promptcall/core/callbacks/callback-schedule";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";
import { ReceiverFailureError } from "../errors.ts";
import type { CallbackAnswer, CallbackSender, SendOptions } from "../ports/callback-sender.ts";
import { retried } from "../runtime/retried.ts";

export interface CallbackSenderOptions {
  readonly timeoutSeconds: number;
  /** Whether loopback, private and link-local addresses may be called. */
  readonly privateNetworks: boolean;
}

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
 * Sends callbacks to addresses that strangers chose. The agents check the resolved address at the moment of connecting,
 * so DNS rebinding does not help; `http.request` follows no redirect; the answer's body is not read.
 */
export function callbackSender({ timeoutSeconds, privateNetworks }: CallbackSenderOptions): CallbackSender {
  const filter = { allowPrivateIPAddress: privateNetworks, allowMetaIPAddress: privateNetworks };
  const agents = { "http:": new RequestFilteringHttpAgent(filter), "https:": new RequestFilteringHttpsAgent(filter) };

  async function tryOnce(request: CallbackRequest, givenUp: AbortSignal): Promise<CallbackAnswer> {
    const started = performance.now();
    const elapsed = () => Math.round(performance.now() - started);
    try {
      const response = await answerTo(request, {
        agents,
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
  { agents, signal }: { agents: Record<string, http.Agent>; signal: AbortSignal },
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const target = new URL(url);
  const { request } = target.protocol === "https:" ? https : http;
  const agent = agents[target.protocol];
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(target, { method, headers: { ...headers, ...length }, signal, ...(agent && { agent }) });
  sent.on("error", reject);
  // A closed connection ends the wait in any case.
  sent.on("close", () => reject(new Error("closed without an answer")));
  // 101 hands over a socket that is of no use here.
  sent.on("upgrade", (response, socket) => {
    resolve(response);
    socket.destroy();
  });
  sent.on("response", (response) => {
    // Drained, so that the receiver can finish; the timeout above ends an endless body.
    response.on("error", () => {}).resume();
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
  if (/not allowed/.test(error.message)) return "address not allowed";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
