import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Asked before an API is; whether it has taken the request. */
export type Front = (request: IncomingMessage, response: ServerResponse) => boolean;

/** More than any of AWS's limits, so that it is theirs which refuses. */
const LARGEST_HEADER_BYTES = 64 * 1024;

/** Listens on this machine only. Rejects when the port is taken. */
export async function startHttpServer(args: {
  port: number;
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}): Promise<HttpServer> {
  const inFlight = new Set<Promise<void>>();
  const server = createServer({ maxHeaderSize: LARGEST_HEADER_BYTES }, (request, response) => {
    const handled = args
      .handle(request, response)
      .catch((error: unknown) => void response.destroy(error instanceof Error ? error : undefined))
      .finally(() => inFlight.delete(handled));
    inFlight.add(handled);
  });
  server.listen(args.port, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await closeServer(server);
      await Promise.all(inFlight);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** Undefined when the body is longer than allowed. It is read to its end all the same, so that the client hears why. */
export async function readBody(args: { request: IncomingMessage; maximumBytes: number }): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of args.request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= args.maximumBytes) chunks.push(chunk);
  }
  return length <= args.maximumBytes ? Buffer.concat(chunks) : undefined;
}
