import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** How a service treats one request, in place of answering it. */
export type Mishap =
  | "cut_after" // The rows are accepted, and the connection is cut.
  | "unavailable_after" // The rows are accepted, and the answer is 503.
  | "not_json_after" // The rows are accepted, and the answer is half of one.
  | "cut_before"
  | "busy" // 429 with Retry-After.
  | "bad_gateway"; // An answer that is not the service's.

interface Row {
  readonly to: string;
}

const AT = "2026-11-30T12:00:00.000Z";

/** As many results are in a page. */
const PAGE = 1_000;

/** A service that keeps to the interface, with as much room as it is given, and with mishaps. */
export class Service {
  /** How often each number was accepted. */
  readonly called = new Map<string, number>();
  readonly requests: { key: string | undefined; authorization: string | undefined; rows: number }[] = [];
  readonly mishaps: Mishap[] = [];
  /** Called before each request is treated. */
  before: () => void = () => {};
  room = Number.POSITIVE_INFINITY;
  readonly #answers = new Map<string, { body: string; answer: object }>();
  /** The tids of each batch, in the order of its rows. Every call ends as `ok` when it is accepted. */
  readonly #batches = new Map<string, readonly string[]>();
  readonly #server = createServer((request, response) => void this.#treat(request, response));
  endpoint = "";

  static async start(): Promise<Service> {
    const service = new Service();
    service.#server.listen(0, "127.0.0.1");
    await once(service.#server, "listening");
    service.endpoint = `http://127.0.0.1:${(service.#server.address() as AddressInfo).port}`;
    return service;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #treat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    this.before();
    if (request.method === "GET") return this.#tell(request.url ?? "", response);
    const key = request.headers["idempotency-key"]?.toString();
    const { calls, dry_run: isDry = false }: { calls: Row[]; dry_run?: boolean } = JSON.parse(body);
    this.requests.push({ key, authorization: request.headers.authorization, rows: calls.length });
    const mishap = this.mishaps.shift();
    switch (mishap) {
      case "cut_before":
        return void request.socket.destroy();
      case "busy":
        return problem(response, { status: 429, code: "too_many_batches", retryAfter: "7" });
      case "bad_gateway":
        return void response.writeHead(502).end("<html>");
      case "cut_after":
      case "unavailable_after":
      case "not_json_after":
      case undefined:
        break;
      default:
        return mishap satisfies never;
    }
    if (isDry) return this.#estimate(calls, response);
    const known = key === undefined ? undefined : this.#answers.get(key);
    if (known && known.body !== body) return problem(response, { status: 422, code: "idempotency_key_reused" });
    const answer = known?.answer ?? this.#accept(calls);
    if (key !== undefined && answer !== undefined) this.#answers.set(key, { body, answer });
    if (mishap === "cut_after") return void request.socket.destroy();
    if (mishap === "unavailable_after") return problem(response, { status: 503, code: "unavailable" });
    if (mishap === "not_json_after") return void response.writeHead(202).end(JSON.stringify(answer).slice(0, 20));
    if (answer === undefined) return problem(response, { status: 429, code: "too_late", retryAfter: "9" });
    response.writeHead(202, { "content-type": "application/json" }).end(JSON.stringify(answer));
  }

  /** How a batch stands, or its results in pages. */
  #tell(path: string, response: ServerResponse): void {
    const [, id = "", part] = /^\/batch\/([^/?]*)(\/results)?/.exec(path) ?? [];
    const tids = this.#batches.get(decodeURIComponent(id));
    if (tids === undefined) {
      problem(response, { status: 404, code: "not_found" });
      return;
    }
    const count = tids.length;
    if (part === undefined) {
      const states = { queued: 0, live: 0, completed: count };
      const batch = { batch_id: id, state: "completed", count, states, statuses: { ok: count }, completed_at: AT };
      response.end(JSON.stringify(batch));
      return;
    }
    const from = Number(new URL(path, this.endpoint).searchParams.get("cursor") ?? 0);
    const next = from + PAGE;
    if (next < count) response.setHeader("link", `<${this.endpoint}/batch/${id}/results?cursor=${next}>; rel="next"`);
    const lines = tids.slice(from, next).map((tid) => JSON.stringify({ tid, state: "completed", status: "ok" }));
    response.end(lines.join("\n"));
  }

  #estimate(calls: readonly Row[], response: ServerResponse): void {
    const rejected = calls.flatMap(({ to }, index) => (to.startsWith("wrong") ? [{ index, errors: [] }] : []));
    const count = calls.length - rejected.length;
    const more = { rejected: rejected.slice(0, 100), rejected_count: rejected.length };
    if (count === 0) problem(response, { status: 400, code: "invalid_request", more });
    else response.end(JSON.stringify({ dry_run: true, count, ...more }));
  }

  #accept(calls: readonly Row[]) {
    const numbered = calls.map(({ to }, index) => ({ to, index }));
    const wrong = numbered.filter(({ to }) => to.startsWith("wrong"));
    const right = numbered.filter(({ to }) => !to.startsWith("wrong"));
    const accepted = right.slice(0, this.room);
    if (accepted.length === 0 && wrong.length === 0) return undefined;
    this.room -= accepted.length;
    for (const { to } of accepted) this.called.set(to, (this.called.get(to) ?? 0) + 1);
    const rejected = [
      ...wrong.map(({ index }) => ({ index, errors: [{ field: "to", wrong: "is no number", expected: "one" }] })),
      ...right.slice(accepted.length).map(({ index }) => ({ index, code: "too_late", errors: [] })),
    ].toSorted((one, other) => one.index - other.index);
    const id = `batch ${this.#answers.size + 1}`;
    this.#batches.set(
      id,
      accepted.map(({ to }) => `tid of ${to}`),
    );
    return {
      batch_id: id,
      count: accepted.length,
      accepted: accepted.map(({ index, to }) => ({ index, tid: `tid of ${to}`, to })),
      rejected: rejected.slice(0, 100),
      rejected_count: rejected.length,
    };
  }
}

function problem(
  response: ServerResponse,
  { status, code, retryAfter, more }: { status: number; code: string; retryAfter?: string; more?: object },
): void {
  const headers = { "content-type": "application/problem+json", ...(retryAfter && { "retry-after": retryAfter }) };
  const type = `urn:promptcall:problem:${code}`;
  response
    .writeHead(status, headers)
    .end(JSON.stringify({ type, status, title: code, detail: `It is ${code}.`, ...more }));
}
