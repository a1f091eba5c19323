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
  /** The `Authorization` for a payload; undefined when the application's webhooks are not signed. */
  readonly sign: (payload: string) => Promise<string | undefined>;
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
    const first = await this.#attempt(target, payload, options);
    options.onAttempt(first);
    if (!isRetried(first, options)) return first;
    const second = await this.#attempt(target, payload, options);
    options.onAttempt(second);
    return second;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#underway);
  }

  async #attempt(target: Target, payload: Payload, options: SendOptions): Promise<Reply> {
    if (this.#stop.signal.aborted) return { kind: "stopped" };
    const attempt = this.#request(target, payload, options);
    this.#underway.add(attempt);
    const reply = await attempt;
    this.#underway.delete(attempt);
    return reply;
  }

  async #request(target: Target, payload: Payload, { sign }: SendOptions): Promise<Reply> {
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutSeconds * 1000)]);
    try {
      const parameters = parametersOf(payload);
      const body = JSON.stringify(target.method === "GET" ? parameters : payload);
      const authorization = await sign(body);
      const signed = authorization !== undefined && { authorization };
      const response =
        target.method === "GET"
          ? await fetch(withQuery(target.url, parameters), { headers: { ...signed }, redirect: "manual", signal })
          : await fetch(target.url, {
              method: "POST",
              headers: { "content-type": "application/json", ...signed },
              body,
              redirect: "manual",
              signal,
            });
      return {
        kind: "answered",
        code: response.status,
        contentType: response.headers.get("content-type") ?? "",
        body: await response.text(),
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
function parametersOf(payload: Payload): Readonly<Record<string, string>> {
  const given = Object.entries(payload).filter(([, value]) => value !== null);
  return Object.fromEntries(given.map(([name, value]) => [name, asText(value)]));
}

function withQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const target = new URL(url);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.append(name, value);
  return target.toString();
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
