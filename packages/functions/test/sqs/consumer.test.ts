import { type DialMessage, DialMessageSchema } from "@promptcall/core/contracts/messages";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod/mini";
import { MalformedMessageError } from "../../src/errors.ts";
import { consumer, foldingConsumer } from "../../src/sqs/consumer.ts";
import { whenDue } from "../../src/sqs/when-due.ts";
import { fakeClock } from "../../testing/clock.ts";
import { fakeLog } from "../../testing/log.ts";
import { fakeQueue } from "../../testing/queue.ts";
import { FakeTable } from "../../testing/table.ts";
import { at, TID } from "../given.ts";
import { batch, batchSent } from "../sqs.ts";

const CountSchema = z.object({ count: z.int() });
const fail = new Error("no");

/** A consumer that fails what counts below zero. */
function counting() {
  const log = fakeLog();
  const handle = async ({ count }: { count: number }) => {
    if (count < 0) throw fail;
    return { event: "event.reduced" as const, count };
  };
  const run = consumer({ schema: CountSchema, handle, log });
  return { log, run: (...bodies: unknown[]) => run(batch(...bodies)) };
}

describe("a batch", () => {
  it("of good messages fails none, and logs each", async () => {
    const { run, log } = counting();
    expect(await run({ count: 1 }, { count: 2 })).toEqual({ batchItemFailures: [] });
    expect(log.records).toEqual([
      { event: "event.reduced", count: 1, message_id: "m1" },
      { event: "event.reduced", count: 2, message_id: "m2" },
    ]);
  });

  it("names exactly the message that failed", async () => {
    const { run, log } = counting();
    expect(await run({ count: 1 }, { count: -1 }, { count: 3 })).toEqual({
      batchItemFailures: [{ itemIdentifier: "m2" }],
    });
    expect(log.records).toEqual([
      { event: "event.reduced", count: 1, message_id: "m1" },
      { event: "event.reduced", count: 3, message_id: "m3" },
    ]);
    expect(log.failures).toEqual([{ event: "message.failed", error: fail, message_id: "m2" }]);
  });

  it("of which every message failed names them all, and does not throw", async () => {
    const { run } = counting();
    expect(await run({ count: -1 }, { count: -2 })).toEqual({
      batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m2" }],
    });
  });

  it("does not report failures of the batch before it", async () => {
    const { run } = counting();
    await run({ count: -1 });
    expect(await run({ count: 1 })).toEqual({ batchItemFailures: [] });
  });
});

const NamedSchema = z.object({ of: z.string(), count: z.int() });
type Named = z.infer<typeof NamedSchema>;

describe("a batch that is folded", () => {
  /** Adds up what is about the same, and fails what comes below zero. */
  function folding() {
    const log = fakeLog();
    const fold = vi.fn(async (messages: readonly Named[]) => {
      const count = messages.reduce((sum, message) => sum + message.count, 0);
      if (count < 0) throw fail;
      return { event: "event.reduced" as const, of: messages[0]?.of, count };
    });
    const run = foldingConsumer({ schema: NamedSchema, of: ({ of }) => of, fold, log });
    return { log, run: (...bodies: unknown[]) => run(batch(...bodies)) };
  }

  it("is handled and logged once per group", async () => {
    const { run, log } = folding();
    const bodies = [
      { of: "a", count: 1 },
      { of: "b", count: 2 },
      { of: "a", count: 3 },
    ];
    expect(await run(...bodies)).toEqual({ batchItemFailures: [] });
    expect(log.records).toEqual([
      { event: "event.reduced", of: "a", count: 4, message_id: "m1 m3" },
      { event: "event.reduced", of: "b", count: 2, message_id: "m2" },
    ]);
  });

  it("names every message of a failed group, and no other", async () => {
    const { run, log } = folding();
    const bodies = [
      { of: "a", count: 1 },
      { of: "b", count: 2 },
      { of: "a", count: -3 },
    ];
    expect(await run(...bodies)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }, { itemIdentifier: "m3" }] });
    expect(log.records).toEqual([{ event: "event.reduced", of: "b", count: 2, message_id: "m2" }]);
    expect(log.failures).toEqual(
      ["m1", "m3"].map((message_id) => ({ event: "message.failed", error: fail, message_id })),
    );
  });

  it("names a message that cannot be read, and folds the others", async () => {
    const { run, log } = folding();
    expect(await run("secret", { of: "a", count: 1 })).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    const error = new MalformedMessageError("the message is not JSON");
    expect(log.failures).toEqual([{ event: "message.failed", error, message_id: "m1" }]);
    expect(log.records).toEqual([{ event: "event.reduced", of: "a", count: 1, message_id: "m2" }]);
  });
});

describe("a message", () => {
  it.each([
    ["that is not JSON", "1234 secret", "the message is not JSON"],
    ["of another form", { count: "secret" }, "the message has another form than expected: count"],
    ["that is no object", '"secret"', "the message has another form than expected: (the whole)"],
  ])("%s fails, and its content is not logged", async (_, body, logged) => {
    const { run, log } = counting();
    expect(await run(body)).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(log.failures).toEqual([
      { event: "message.failed", error: new MalformedMessageError(logged), message_id: "m1" },
    ]);
  });
});

describe("a message that is not to be handled yet", () => {
  const dial = { v: 1, type: "dial", tid: TID, sealed_credential: "sealed", not_before: at(30) } as const;
  type Waiting = DialMessage & { not_before: string };

  function dialing(now: string) {
    const queue = fakeQueue<Waiting>({ clock: fakeClock(now) });
    const checkpoints = new FakeTable().checkpoints();
    const handle = vi.fn(async () => ({ event: "dial.placed" as const }));
    const log = fakeLog();
    const run = consumer({
      schema: DialMessageSchema,
      handle: whenDue<DialMessage>(handle, { queue, checkpoints, clock: fakeClock(now) }),
      log,
    });
    const received = (message: object = dial, sentAt = at(0)) => run(batchSent(sentAt, message));
    return { queue, checkpoints, handle, log, run: received };
  }

  it("is sent on unhandled, without costing a receive", async () => {
    const { run, queue, handle, log } = dialing(at(29));
    expect(await run()).toEqual({ batchItemFailures: [] });
    expect(queue.sent).toEqual([{ ...dial, hops: 1 }]);
    expect(handle).not.toHaveBeenCalled();
    expect(log.records).toEqual([{ event: "message.early", hops: 1, copy: false, message_id: "m1", tid: TID }]);
  });

  it("is sent on once, however many copies of it come", async () => {
    const { run, queue, log } = dialing(at(29));
    await run();
    await run();
    expect(queue.sent).toEqual([{ ...dial, hops: 1 }]);
    expect(log.records.at(-1)).toEqual({ event: "message.early", hops: 0, copy: true, message_id: "m1", tid: TID });
    await run({ ...dial, hops: 1 });
    await run({ ...dial, hops: 1 });
    expect(queue.sent.slice(1)).toEqual([{ ...dial, hops: 2 }]);
  });

  it("is sent on again after a crash between the hop and its being remembered", async () => {
    const { run, queue, checkpoints } = dialing(at(29));
    vi.spyOn(checkpoints, "advance").mockRejectedValueOnce(new Error("crash"));
    expect(await run()).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    await run();
    expect(queue.sent).toEqual([
      { ...dial, hops: 1 },
      { ...dial, hops: 1 },
    ]);
  });

  it("is handled when its time has come", async () => {
    const { run, queue, handle } = dialing(at(30));
    expect(await run()).toEqual({ batchItemFailures: [] });
    expect(queue.sent).toEqual([]);
    expect(handle.mock.calls).toEqual([[dial, { atMs: Date.parse(at(0)) }]]);
  });

  it.each<[string, { not_before: string | undefined; sentAt?: string }, number]>([
    ["the time it names", { not_before: at(10) }, 20_000],
    ["when it was sent, where it names none", { not_before: undefined }, 5_000],
    ["no time, when the queue's clock is ahead of ours", { not_before: undefined, sentAt: at(31) }, 0],
  ])("is late by what has passed since %s", async (_, { sentAt = at(25), ...message }, late_ms) => {
    const { run, log } = dialing(at(30));
    await run({ ...dial, ...message }, sentAt);
    expect(log.records).toEqual([{ event: "dial.placed", late_ms, message_id: "m1", tid: TID }]);
  });

  it("names its call in the log when it could not be handled", async () => {
    const { run, handle, log } = dialing(at(30));
    handle.mockRejectedValueOnce(fail);
    await run();
    expect(log.failures).toEqual([{ event: "message.failed", error: fail, message_id: "m1", tid: TID }]);
  });

  it("comes again when it could not be sent on", async () => {
    const { run, queue, handle } = dialing(at(0));
    vi.spyOn(queue, "send").mockRejectedValueOnce(new Error("down"));
    expect(await run()).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(handle).not.toHaveBeenCalled();
  });
});
