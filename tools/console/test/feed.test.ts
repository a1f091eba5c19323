import type { Call } from "@promptcall/console/data/types";
import type { Event } from "@promptcall/core/contracts/events";
import { describe, expect, it, vi } from "vitest";
import { Feed } from "../feed.ts";
import { Journal } from "../journal.ts";
import type { Records } from "../records.ts";

const TID = "00000000-0000-4000-8000-000000000001";
const CALL: Call = {
  tid: TID,
  to: "447700900100",
  state: "queued",
  attempts: [],
  dials: [],
  accepted_at: "2026-11-30T10:00:00.000Z",
  callback: { state: "pending", attempts: [] },
};

/** A feed whose events the test brings, and whose table answers as the test says. */
async function startFeed(calls: Records["calls"]) {
  const journal = new Journal();
  const heard: { onEvent?: (event: Event) => void } = {};
  const records = { calls, batchIds: async () => [], batch: async () => undefined } as unknown as Records;
  const feed = new Feed({
    journal,
    records,
    onDialed: () => undefined,
    subscribe: async ({ onEvent }) => {
      heard.onEvent = onEvent;
      return async () => undefined;
    },
  });
  await feed.start();
  return { feed, journal, event: () => heard.onEvent?.({ metadata: { tid: TID } } as Event) };
}

describe("the feed of the stream", () => {
  it("tells of a call what the table says, its number masked, and again where the table did not answer at first", async () => {
    const calls = vi.fn<Records["calls"]>().mockRejectedValueOnce(new Error("busy")).mockResolvedValue([CALL]);
    const { feed, journal, event } = await startFeed(calls);
    const told = new Promise((resolve) => journal.listen((entry) => entry.event === "call" && resolve(entry.data)));
    event();
    expect(await told).toEqual({ ...CALL, to: "+44•••0100" });
    await feed.stop();
  });

  it("stops in the middle of a read, without a further event", async () => {
    const read = Promise.withResolvers<readonly Call[]>();
    const asked = Promise.withResolvers<void>();
    const { feed, event } = await startFeed(() => {
      asked.resolve();
      return read.promise;
    });
    event();
    await asked.promise;
    const stopped = feed.stop();
    read.resolve([CALL]);
    await stopped;
  });
});
