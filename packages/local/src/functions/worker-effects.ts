import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Crash } from "./worker-protocol.ts";

/** The diagnostics of undici, and so of `fetch`. */
interface FetchRequest {
  method: string;
  origin: string | URL;
  path: string;
}

/** Outside effects are requests to other services. Node's diagnostics report each of them. */
export class EffectWatch {
  readonly #die: (effects: readonly string[]) => never;
  readonly #ordinals = new WeakMap<object, number>();
  #effects: string[] = [];
  #crash: Crash | undefined;

  /** `die` has to end the thread before it returns. */
  constructor({ die }: { die: (effects: readonly string[]) => never }) {
    this.#die = die;
    // Not `request.start`: by then a request on an open connection has been sent.
    subscribe("http.client.request.created", (message) => {
      const { request } = message as { request: ClientRequest };
      this.#started(request, nameOf(request));
    });
    subscribe("http.client.response.finish", (message) => this.#answered((message as { request: object }).request));
    subscribe("undici:request:create", (message) => {
      const { request } = message as { request: FetchRequest };
      this.#started(request, nameFor({ method: request.method, url: new URL(request.path, request.origin) }));
    });
    subscribe("undici:request:headers", (message) => this.#answered((message as { request: object }).request));
  }

  /** What the invocation under way has asked for so far, in order. */
  get effects(): readonly string[] {
    return this.#effects;
  }

  begin(crash: Crash | undefined): void {
    this.#effects = [];
    this.#crash = crash;
  }

  #started(request: object, name: string): void {
    const ordinal = this.#effects.push(name);
    this.#ordinals.set(request, ordinal);
    if (this.#crash?.moment === "before" && this.#crash.effect === ordinal) this.#die(this.#effects);
  }

  #answered(request: object): void {
    if (this.#crash?.moment === "after" && this.#crash.effect === this.#ordinals.get(request)) this.#die(this.#effects);
  }
}

/** Requests to AWS all look the same but for one header. */
function nameOf(request: ClientRequest): string {
  const operation = request.getHeader("x-amz-target");
  if (typeof operation === "string") return operation;
  const { method, protocol, host, path } = request;
  const port = request.getHeader("host")?.toString().split(":")[1];
  return nameFor({ method, url: new URL(path, `${protocol}//${host}${port ? `:${port}` : ""}`) });
}

/** Without the query, which may hold anything. */
function nameFor({ method, url }: { method: string; url: URL }): string {
  return `${method} ${url.origin}${url.pathname}`;
}
