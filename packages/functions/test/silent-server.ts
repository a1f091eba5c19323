import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { closedPort } from "./http-server.ts";

/** How a server can fail to answer. */
export type Silence = "says nothing" | "says nothing after its headers" | "refuses connections";
export const SILENCES: readonly Silence[] = ["says nothing", "says nothing after its headers", "refuses connections"];

const HEADERS = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 4000\r\n\r\n";

/** The address of such a server, which lives as long as the test. `closed` once it was asked, and its client has left. */
export async function silentServer(silence: Silence): Promise<{ url: string; closed: Promise<void> }> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  if (silence === "refuses connections") return { url: `http://127.0.0.1:${await closedPort()}`, closed };
  const sockets = new Set<Socket>();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.once("data", () => silence === "says nothing after its headers" && socket.write(HEADERS));
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, closed };
}

/** A machine that is worked to its limit is late by itself; less than the 3 s for which one request is waited for. */
const GRACE_MS = 1_500;

/** What comes of the work, unless the invocation ends before it. */
export async function unlessOver<Answer>(limitMs: number, work: Promise<Answer>): Promise<Answer | Error | "over"> {
  const { promise: over, resolve } = Promise.withResolvers<"over">();
  const timer = setTimeout(() => resolve("over"), limitMs + GRACE_MS);
  const ended = work.catch((error: Error) => error);
  return await Promise.race([ended, over]).finally(() => clearTimeout(timer));
}
