import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Call } from "@promptcall/console/data/types";
import { onTestFinished } from "vitest";
import { builtPage } from "../../../tools/console/build.ts";
import { Journal } from "../../../tools/console/journal.ts";
import { addPages, isPage, pageHeaders } from "../../../tools/console/pages.ts";
import { streamOf } from "../../../tools/console/stream.ts";
import { Front } from "../../../tools/system/front.ts";

export interface Stage {
  readonly url: string;
  /** What the stream tells; a new one is as after a restart. */
  journal: Journal;
  /** How often the stream was asked for, and how many have it. */
  readonly streams: { asked: number; open: number };
  /** Nobody gets through from now on, and whoever was there is cut off. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** The page before a stream that the test itself tells everything: no call is dialed. */
export async function startStage({ stories = false } = {}): Promise<Stage> {
  const front = new Front({ isPage });
  const streams = { asked: 0, open: 0 };
  const state = { journal: new Journal() };
  front.app.get("/_local/credential", (c) =>
    c.json({
      carrier: "simulated",
      authorization: "Bearer e.y.J",
      from: "447700900999",
      phone: "447700900011",
      callback: "http://x",
      speed: 1,
    }),
  );
  front.app.get("/_local/stream", (c) => {
    streams.asked += 1;
    streams.open += 1;
    c.req.raw.signal.addEventListener("abort", () => {
      streams.open -= 1;
    });
    return streamOf(c, { journal: state.journal });
  });
  addPages(front.app, { folder: await builtPage({ stories }), headers: pageHeaders() });
  front.open();
  const begin = async (port: number): Promise<Server> => {
    const server = createServer((request, response) => {
      if (!front.take(request, response))
        response.writeHead(200, { "content-type": "application/json" }).end('{"data":[]}');
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  };
  let server = await begin(0);
  const { port } = server.address() as AddressInfo;
  const cut = async () => {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(() => (server.listening ? cut() : undefined));
  return {
    url: `http://127.0.0.1:${port}`,
    get journal() {
      return state.journal;
    },
    set journal(journal) {
      state.journal = journal;
    },
    streams,
    cut,
    mend: async () => {
      server = await begin(port);
    },
  };
}

/** A call as the stream tells of it, told apart by its number. */
export function call(index: number, more: Partial<Call> = {}): Call {
  const at = new Date(Date.UTC(2026, 10, 30, 9, 0, 0) + index * 1_000).toISOString();
  return {
    tid: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    to: `+44•••${String(index % 10_000).padStart(4, "0")}`,
    reference: `order ${index}`,
    state: "queued",
    attempts: [],
    dials: [],
    accepted_at: at,
    callback: { state: "pending", attempts: [] },
    ...more,
  };
}

export const over = { state: "completed", status: "ok", completed_at: "2026-11-30T10:00:00.000Z" } as const;
