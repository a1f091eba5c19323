import type { Payload } from "./events.ts";

export interface Target {
  readonly url: string;
  readonly method: "GET" | "POST";
}

export type Reply =
  | { readonly kind: "answered"; readonly code: number; readonly contentType: string; readonly body: string }
  | { readonly kind: "unreachable" }
  | { readonly kind: "stopped" };

export interface SendOptions {
  /** Which are tried once more after other codes, and also when nothing answered. */
  readonly expectsNcco: boolean;
  readonly onAttempt: (reply: Reply) => void;
}

const RETRIED_CODES = new Set([429, 502, 503, 504]);
const NCCO_RETRIED_CODES = new Set([429, 503, 504]);

/** Sends webhooks: one request with a timeout in real time, and one retry. Never rejects. */
export class WebhookClient {
  readonly #stop = new AbortController();
  readonly #underway = new Set<Promise<Reply>>();
  readonly #timeoutSeconds: number;

  constructor(timeoutSeconds: number) {
    this.#timeoutSeconds = timeoutSeconds;
  }

  async send(target: Target, payload: Payload, options: SendOptions): Promise<Reply> {
    const first = await this.#attempt(target, payload);
    options.onAttempt(first);
    if (!isRetried(first, options)) return first;
    const second = await this.#attempt(target, payload);
    options.onAttempt(second);
    return second;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underway);
  }

  async #attempt(target: Target, payload: Payload): Promise<Reply> {
    if (this.#stop.signal.aborted) return { kind: "stopped" };
    const attempt = this.#request(target, payload);
    this.#underway.add(attempt);
    const reply = await attempt;
    this.#underway.delete(attempt);
    return reply;
  }

  async #request(target: Target, payload: Payload): Promise<Reply> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutSeconds * 1000)]);
    try {
      const response =
        target.method === "GET"
          ? await fetch(withQuery(target.url, payload), { redirect: "manual", signal })
          : await fetch(target.url, {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(payload),
              redirect: "manual",
              signal,
            });
      const body = await response.text();
      return {
        kind: "answered",
        code: response.status,
        contentType: response.headers.get("content-type") ?? "",
        body,
      };
    } catch {
      // fetch throws for every way of not getting an answer: refused, reset, timed out, or stopped by us.
      return { kind: this.#stop.signal.aborted ? "stopped" : "unreachable" };
    }
  }
}

function isRetried(reply: Reply, options: SendOptions): boolean {
  switch (reply.kind) {
    case "answered":
      return (options.expectsNcco ? NCCO_RETRIED_CODES : RETRIED_CODES).has(reply.code);
    case "unreachable":
      return options.expectsNcco;
    case "stopped":
      return false;
    default:
      return reply satisfies never;
  }
}

/** Nested objects travel as JSON in the query; what is null is left out. */
function withQuery(url: string, payload: Payload): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(payload)) {
    if (value !== null) target.searchParams.append(name, asText(value));
  }
  return target.toString();
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
