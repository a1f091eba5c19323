import { PatternRouter } from "hono/router/pattern-router";
import type { Answer } from "./answer.ts";
import type { HttpRequest } from "./request.ts";

export type Handler = (request: HttpRequest) => Answer | Promise<Answer>;

/** Handlers by method and path: `/call/:id`. Where several fit, the one that was added first answers. */
export class Routes {
  readonly #router = new PatternRouter<Handler>();

  get(path: string, handler: Handler): void {
    this.#router.add("GET", path, handler);
  }

  post(path: string, handler: Handler): void {
    this.#router.add("POST", path, handler);
  }

  put(path: string, handler: Handler): void {
    this.#router.add("PUT", path, handler);
  }

  delete(path: string, handler: Handler): void {
    this.#router.add("DELETE", path, handler);
  }

  /** By whatever method. */
  all(path: string, handler: Handler): void {
    this.#router.add("ALL", path, handler);
  }

  /** What is asked by HEAD is answered as by GET, without the body. Undefined where there is nothing at the path. */
  async answer(request: HttpRequest): Promise<Answer | undefined> {
    const { method, path } = request;
    // To this router a path with a slash behind it is the same, and to whoever repeats a request it is another.
    if (path.endsWith("/")) return undefined;
    const isHead = method === "HEAD";
    const [[[handler, params] = []]] = this.#router.match(isHead ? "GET" : method, path);
    if (handler === undefined) return undefined;
    const { body, ...answer } = await handler({ ...request, params: params as HttpRequest["params"] });
    return isHead || body === undefined ? answer : { ...answer, body };
  }
}
