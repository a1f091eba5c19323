import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Inbox } from "../../tools/demo/inbox.ts";

export interface Request {
  readonly tid: string;
  readonly webhookId: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly response: ServerResponse;
  /** 1 for the first with this tid. */
  readonly ordinal: number;
}

export interface Receiver {
  readonly url: string;
  readonly requests: readonly Request[];
  /** By tid, as they come. */
  readonly inbox: Inbox<Request>;
}

const servers: Server[] = [];

/** A customer's server that does with a result what a test says. */
export async function startReceiver(answer: (request: Request) => void): Promise<Receiver> {
  const requests: Request[] = [];
  const inbox = new Inbox<Request>();
  const server = createServer(async (incoming, response) => {
    const body = await text(incoming);
    const tid = new URLSearchParams(body).get("tid") ?? "";
    const webhookId = String(incoming.headers["webhook-id"]);
    const request = { tid, webhookId, body, headers: incoming.headers, response, ordinal: inbox.all(tid).length + 1 };
    requests.push(request);
    inbox.put(tid, request);
    answer(request);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/result`, requests, inbox };
}

export function stopReceivers(): void {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
}
