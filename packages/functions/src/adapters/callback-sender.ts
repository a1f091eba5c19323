import http from "node:http";
import https from "node:https";
import type { CallbackRequest } from "@promptcall/core/callback-request";
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from "request-filtering-agent";
import type { CallbackAnswer, CallbackSender } from "../ports.ts";

export interface CallbackSenderOptions {
  readonly timeoutSeconds: number;
  /** Whether loopback, private and link-local addresses may be called. */
  readonly privateNetworks: boolean;
}

/**
 * Posts to addresses that strangers chose. The agents check the address a name resolves to at the moment of connecting,
 * so a name that changes its mind is caught too; `http.request` follows no redirect; the answer's body is let go unread.
 */
export function callbackSender({ timeoutSeconds, privateNetworks }: CallbackSenderOptions): CallbackSender {
  const filter = { allowPrivateIPAddress: privateNetworks, allowMetaIPAddress: privateNetworks };
  const agents = { "http:": new RequestFilteringHttpAgent(filter), "https:": new RequestFilteringHttpsAgent(filter) };

  return {
    async send(request) {
      const started = performance.now();
      const elapsed = () => Math.round(performance.now() - started);
      try {
        const response = await answerTo(request, { agents, timeoutSeconds });
        const retryAfterSeconds = retryAfter(response.headers["retry-after"]);
        return {
          httpStatus: response.statusCode ?? 0,
          durationMs: elapsed(),
          ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
        };
      } catch (error) {
        return { failure: nameOf(error), durationMs: elapsed() } satisfies CallbackAnswer;
      }
    },
  };
}

function answerTo(
  { url, method, headers, body }: CallbackRequest,
  { agents, timeoutSeconds }: { agents: Record<string, http.Agent>; timeoutSeconds: number },
): Promise<http.IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const target = new URL(url);
  const { request } = target.protocol === "https:" ? https : http;
  const agent = agents[target.protocol];
  // One deadline for name, connection and answer together.
  const signal = AbortSignal.timeout(timeoutSeconds * 1000);
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(target, { method, headers: { ...headers, ...length }, signal, ...(agent && { agent }) });
  sent.on("error", reject);
  sent.on("response", (response) => {
    // Drained, so that the receiver can finish; the deadline above ends what does not.
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
