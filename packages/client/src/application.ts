import type { Application as ApplicationShape } from "./api.ts";
import type { RequestOptions } from "./calls.ts";
import type { Send } from "./transport.ts";

/**
 * The application that asks, as `new Promptcall(…).application`.
 *
 * @example
 * const { counts } = await promptcall.application.get();
 */
export class Application {
  readonly #send: Send;

  constructor({ send }: { send: Send }) {
    this.#send = send;
  }

  /**
   * What the service knows of the application: its keys, its pace, how many of its calls are in each state.
   *
   * @example
   * const { calls_per_second, counts } = await promptcall.application.get();
   */
  async get({ signal }: RequestOptions = {}): Promise<ApplicationShape> {
    return (await this.#send({ method: "GET", path: "/application", signal })).json as ApplicationShape;
  }
}
