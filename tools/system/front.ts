import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";

/** What the local run answers itself, under `/_local/`, and the page. Everything else is the api's. */
export class Front {
  readonly app = new Hono();
  readonly #isOurs: (request: IncomingMessage) => boolean;
  readonly #listen: ReturnType<typeof getRequestListener>;
  readonly #opened = Promise.withResolvers<void>();

  constructor({ isPage = () => false }: { readonly isPage?: (request: IncomingMessage) => boolean } = {}) {
    this.#isOurs = (request) => request.url?.startsWith("/_local/") === true || isPage(request);
    this.#listen = getRequestListener(this.app.fetch, { overrideGlobalObjects: false });
  }

  /** Once it has all its routes: Hono takes none after its first request. */
  open(): void {
    this.#opened.resolve();
  }

  /**
   * Whether it has taken the request. One that comes too soon waits: a tab that is still there from the last run asks as
   * soon as somebody listens.
   */
  readonly take = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!this.#isOurs(request)) return false;
    void this.#opened.promise.then(() => this.#listen(request, response));
    return true;
  };
}
