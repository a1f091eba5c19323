import { once } from "node:events";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Certificate } from "./certificate.ts";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** On a connection of its own: a kept one may be closed at the moment of its reuse. */
export async function post(url: string, { body, headers }: Request): Promise<Answer> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(url, { method: "POST", agent: false, headers: { ...headers, ...length } }).end(body);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * On this machine only, over TLS as in AWS: it costs who asks, and over plain HTTP the SDK loads what it never does there.
 * What cannot be answered fails the whole run: a figure of half of it would be wrong.
 */
export async function serve(
  { key, cert }: Certificate,
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer({ key, cert }, (asked, response) => {
    handle(asked, response).catch((error) => {
      // Who asked is gone, at the end of a run; anything else is ours to mend.
      if (!response.destroyed) throw error;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function end(response: ServerResponse, { status, body = "" }: { status: number; body?: string }): void {
  response.writeHead(status, body === "" ? {} : { "content-type": "application/json" }).end(body);
}
