import type { IncomingMessage, ServerResponse } from "node:http";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type HttpServer, readBody, startHttpServer } from "../http/server.ts";
import { ACCOUNT_ID } from "../program/program.ts";
import { BusDelivery } from "./delivery.ts";
import { BusRules } from "./rules.ts";
import { BusApi } from "./server.ts";

const MAXIMUM_REQUEST_BYTES = 4 * 1024 * 1024;

/** The event buses of one run. Their address is known before they are: the stacks need it to be evaluated. */
export class Bus {
  readonly #server: HttpServer;
  #api: BusApi | undefined;
  #delivery: BusDelivery | undefined;

  private constructor(server: HttpServer) {
    this.#server = server;
  }

  static async start(): Promise<Bus> {
    const server = await startHttpServer({
      port: 0,
      handle: (request, response) => bus.#handle({ request, response }),
    });
    const bus = new Bus(server);
    return bus;
  }

  get endpoint(): string {
    return this.#server.url;
  }

  /** From here on it answers. */
  open(args: {
    region: string;
    buses: readonly string[];
    client: SQSClient;
    sqsEndpoint: string;
    onLost: (message: string) => void;
  }): void {
    const rules = new BusRules({ region: args.region, account: ACCOUNT_ID, buses: args.buses });
    this.#delivery = new BusDelivery(args);
    this.#api = new BusApi({ ...args, rules, delivery: this.#delivery, account: ACCOUNT_ID });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
    await this.#delivery?.stop();
  }

  async #handle({ request, response }: { request: IncomingMessage; response: ServerResponse }): Promise<void> {
    const body = await readBody({ request, maximumBytes: MAXIMUM_REQUEST_BYTES });
    if (this.#api && body) return this.#api.handle({ request, response, body });
    response.writeHead(body ? 503 : 413).end();
  }
}
