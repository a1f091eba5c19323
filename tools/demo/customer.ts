import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { callbackSecret, formatSecret } from "@promptcall/core/callbacks/callback-request";
import { Webhook } from "standardwebhooks";
import { Inbox } from "./inbox.ts";

export interface ReceivedResult {
  readonly method: string;
  readonly path: string;
  readonly contentType: string | undefined;
  /** In the order in which they came. */
  readonly parameters: Readonly<Record<string, string>>;
  /** What came as JSON instead: the counts of a batch. */
  readonly json?: { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
  readonly webhookId: string;
  /** Whether the signature holds for the application, checked by a library that is not ours. */
  readonly genuine: boolean;
  readonly receivedAtMs: number;
}

export interface Customer {
  readonly url: string;
  /** What was received, by tid; the counts of a batch by its id. */
  readonly results: Inbox<ReceivedResult>;
  stop(): Promise<void>;
}

export interface CustomerOptions {
  readonly callbackKey: Uint8Array;
  readonly applicationId: string;
  /** The status to answer a callback with; 200 by default. */
  readonly answer?: (received: ReceivedResult) => number;
}

/** A customer's server, which takes results in either form and checks who sent them. */
export async function startCustomer({ callbackKey, applicationId, answer }: CustomerOptions): Promise<Customer> {
  const verifier = new Webhook(formatSecret(callbackSecret({ key: callbackKey, applicationId })));
  const results = new Inbox<ReceivedResult>();
  const server = createServer(async (request, response) => {
    const result = await read(request, verifier);
    response.statusCode = answer?.(result) ?? 200;
    response.end();
    results.put(String(result.parameters.tid ?? result.json?.data.tid ?? result.json?.data.batch_id ?? ""), result);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    results,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function read(request: IncomingMessage, verifier: Webhook): Promise<ReceivedResult> {
  const url = new URL(request.url ?? "/", "http://customer");
  const body = await text(request);
  const signed = request.method === "GET" ? url.search.slice(1) : body;
  const contentType = request.headers["content-type"];
  const isJson = contentType === "application/json";
  return {
    method: request.method ?? "",
    path: url.pathname,
    contentType,
    parameters: isJson ? {} : Object.fromEntries(new URLSearchParams(signed)),
    ...(isJson && { json: JSON.parse(signed) }),
    webhookId: String(request.headers["webhook-id"]),
    genuine: isGenuine(verifier, signed, request),
    receivedAtMs: Date.now(),
  };
}

/** The library verifies first and then reads JSON, which a form is not. */
function isGenuine(verifier: Webhook, signed: string, { headers }: IncomingMessage): boolean {
  try {
    verifier.verify(signed, headers as Record<string, string>);
    return true;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}
