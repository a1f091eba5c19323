import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Entry, Journal } from "./journal.ts";

const PING_MS = 10_000;

/** Hands on what the journal is told, from where the page was; `reset` tells it that it has missed something. */
export function streamOf(c: Context, { journal }: { readonly journal: Journal }): Response {
  const lastId = c.req.header("last-event-id") ?? c.req.query("last_event_id");
  const missed = lastId === undefined ? undefined : journal.after(lastId);
  const isReset = lastId !== undefined && missed === undefined;
  return streamSSE(c, async (stream) => {
    const waiting: Entry[] = [...(missed ?? journal.newest())];
    let wake = Promise.withResolvers<void>();
    const stopListening = journal.listen((entry) => {
      waiting.push(entry);
      wake.resolve();
    });
    stream.onAbort(() => wake.resolve());
    const pings = setInterval(() => wake.resolve(), PING_MS);
    try {
      if (isReset) await stream.writeSSE({ event: "reset", data: "{}" });
      for (let isFirst = true; !stream.aborted && !stream.closed; isFirst = false) {
        wake = Promise.withResolvers<void>();
        const entries = waiting.splice(0);
        const ping = { event: "ping", data: JSON.stringify({ at: new Date().toISOString(), last_id: journal.lastId }) };
        if (entries.length > 0) await stream.write(entries.map(written).join(""));
        if (isFirst || entries.length === 0) await stream.writeSSE(ping);
        if (waiting.length === 0) await wake.promise;
      }
    } finally {
      clearInterval(pings);
      stopListening();
    }
  });
}

function written({ id, event, data }: Entry): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
