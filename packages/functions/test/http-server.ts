import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (response: http.ServerResponse, received: Received) => void;

/** A real server that lives as long as the test, keeps what it was sent and answers as it is asked to. */
export async function server(answer: Answer): Promise<{ url: string; port: number; received: readonly Received[] }> {
  const received: Received[] = [];
  const listening = http.createServer(async (request, response) => {
    const chunks = await request.toArray();
    const { method, url, headers } = request;
    const reported = { method, url, headers, body: Buffer.concat(chunks).toString() };
    received.push(reported);
    answer(response, reported);
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => {
    listening.closeAllConnections();
    listening.close();
  });
  const { port } = listening.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, received };
}

/** A port of this machine at which nobody listens. */
export async function closedPort(): Promise<number> {
  const listening = http.createServer().listen(0, "127.0.0.1");
  await once(listening, "listening");
  const { port } = listening.address() as AddressInfo;
  listening.close();
  await once(listening, "close");
  return port;
}

export function json(httpStatus: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Answer {
  return (response) => {
    response.writeHead(httpStatus, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}
