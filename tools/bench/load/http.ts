import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Connections are kept, as every client of ours does. */
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

/** Leaner than `fetch`: who asks shares the machine with what is measured. */
export async function post(url: string, given: Request): Promise<Answer> {
  try {
    return await sendTo(url, given);
  } catch (error) {
    // A kept connection was closed at the moment of its reuse: the request was not received.
    if (error instanceof UnusedConnectionError) return await sendTo(url, given);
    throw error;
  }
}

interface Request {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

class UnusedConnectionError extends Error {
  override readonly name = "UnusedConnectionError";
}

async function sendTo(url: string, { body, headers }: Request): Promise<Answer> {
  const length = { "content-length": String(Buffer.byteLength(body)) };
  const sent = request(url, { method: "POST", agent, headers: { ...headers, ...length } });
  sent.end(body);
  try {
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return { status: response.statusCode ?? 0, body: await text(response) };
  } catch (cause) {
    const isReset = cause instanceof Error && "code" in cause && cause.code === "ECONNRESET";
    if (isReset && sent.reusedSocket) throw new UnusedConnectionError(url, { cause });
    throw cause;
  }
}

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** On this machine only. What cannot be answered fails the whole run: a figure of half of it would be wrong. */
export async function serve(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Server> {
  const server = createServer((asked, response) => {
    handle(asked, response).catch((error) => {
      // Who asked is gone, at the end of a run; anything else is ours to mend.
      if (!response.destroyed) throw error;
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
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
