import { callbackRequest, callbackSecret } from "@promptcall/core/callback-request";
import type { BatchCallbackMessage } from "@promptcall/core/messages";
import { deadLettersTwin } from "@promptcall/simulation/twins/dead-letters";
import { scriptedSender } from "@promptcall/simulation/twins/scripted-sender";
import { describe, expect, it } from "vitest";
import { endQueued } from "../src/dialing/end-queued.ts";
import { DeliverySchema, dispatcher } from "../src/dispatcher/deliver.ts";
import { replay } from "../src/dispatcher/replay.ts";
import { UncountedBatchError, UnknownBatchError } from "../src/errors.ts";
import type { CallbackAnswer } from "../src/ports/callback-sender.ts";
import { timers } from "../src/timers/fire.ts";
import { BATCH_ID, batchWorld, tidsOf } from "./batch-given.ts";
import { at, KEYS, OTHER_TID, SETTINGS } from "./given.ts";

const URL = "https://customer.example/batch";
const first: BatchCallbackMessage = { v: 1, type: "batch_callback", batch_id: BATCH_ID, attempt: 1 };
const attempt = (ordinal: number): BatchCallbackMessage => ({ ...first, attempt: ordinal, not_before: at(60) });
const LAST = SETTINGS.callback.delaysSeconds.length + 1;

const ok: CallbackAnswer = { httpStatus: 200, durationMs: 12 };
const down: CallbackAnswer = { httpStatus: 503, durationMs: 12 };

/** A batch of which so many of three calls are over, and a customer's server that answers like this in turn. */
async function given({
  answers = [ok],
  callbackUrl = URL,
  completed = 3,
}: {
  answers?: readonly CallbackAnswer[];
  callbackUrl?: string | null;
  completed?: number;
} = {}) {
  const [answer = ok, ...others] = answers;
  const sender = scriptedSender(answer, ...others);
  const base = await batchWorld({ count: 3, ...(callbackUrl !== null && { callbackUrl }) });
  const world = { ...base, sender, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  for (const [index, tid] of tidsOf(0, completed).entries()) {
    world.clock.set(at(index + 1));
    await endQueued({ tid, reason: "expired" }, world);
  }
  world.clock.set(at(60));
  return world;
}

const told = {
  batch_id: BATCH_ID,
  state: "completed",
  count: 3,
  statuses: { error: 3 },
  reasons: { expired: 3 },
  states: { queued: 0, live: 0, completed: 3 },
  accepted_at: at(-1),
  first_dial_at: at(0),
  last_dial_at: at(60),
  completed_at: at(3),
};

const request = (now: string) =>
  callbackRequest({
    callback: { url: URL, method: "POST" },
    content: { id: BATCH_ID, json: JSON.stringify({ type: "batch.completed", data: told }) },
    secrets: [callbackSecret({ key: KEYS.callback, applicationId: "app" })],
    now: new Date(now),
  });

describe("the counts of a batch just in from the bus", () => {
  it("are a first attempt to deliver them", async () => {
    const world = await given();
    await timers(world as never)({ v: 1, type: "count_batch", batch_id: BATCH_ID, looks: 0, not_before: at(60) });
    const [{ type, metadata, data }] = world.bus.batches as never as [(typeof world.bus.batches)[number]];
    const envelope = { source: "promptcall", "detail-type": type, detail: { metadata, data } };
    expect(DeliverySchema.parse(envelope)).toEqual(first);
  });

  it("are posted as JSON, signed, and on a record of their own", async () => {
    const world = await given();
    const line = { event: "callback.delivered", batch_id: BATCH_ID, attempt: 1, answer: 200, ms: 12 };
    // Completed at 3 s, sent at 60 s.
    expect(await dispatcher(world)(first)).toEqual({ ...line, age_seconds: 57.012 });
    expect(world.sender.requests).toEqual([request(at(60))]);
    expect(JSON.parse(world.sender.requests[0]?.body ?? "")).toEqual({ type: "batch.completed", data: told });
    expect(world.sender.requests[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(await world.batchDeliveries.read(BATCH_ID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: 200, durationMs: 12 }],
      state: "delivered",
    });
    expect(world.callbacks.sent).toEqual([]);
  });

  it("are wanted by nobody where no address was given", async () => {
    const world = await given({ callbackUrl: null });
    expect(await dispatcher(world)(first)).toEqual({ event: "callback.unwanted", batch_id: BATCH_ID, attempt: 1 });
    expect([world.sender.requests, world.callbacks.sent, world.parked.sent]).toEqual([[], [], []]);
  });

  it("say of a batch that was cancelled that it was", async () => {
    const world = await given();
    await world.batches.end(BATCH_ID, "cancelled");
    await dispatcher(world)(first);
    expect(JSON.parse(world.sender.requests[0]?.body ?? "")).toMatchObject({ data: { state: "cancelled" } });
  });

  it("wait for the message to come again while the list of them is a moment behind", async () => {
    const world = await given({ completed: 2 });
    await expect(dispatcher(world)(first)).rejects.toEqual(new UncountedBatchError(BATCH_ID));
    expect(world.sender.requests).toEqual([]);
  });

  it("of a batch that is not on record fail", async () => {
    const world = await given();
    await expect(dispatcher(world)({ ...first, batch_id: OTHER_TID })).rejects.toEqual(
      new UnknownBatchError(OTHER_TID),
    );
  });
});

describe("the counts of a batch that could not be delivered", () => {
  it("are tried again later, the same message signed at its own time", async () => {
    const world = await given({ answers: [down, ok] });
    expect(await dispatcher(world)(first)).toMatchObject({ event: "callback.retry", batch_id: BATCH_ID });
    const [again] = world.callbacks.sent;
    expect(again).toMatchObject({ type: "batch_callback", batch_id: BATCH_ID, attempt: 2 });
    world.clock.set(at(120));
    await dispatcher(world)(again as BatchCallbackMessage);
    expect(world.sender.requests).toEqual([request(at(60)), request(at(120))]);
    expect((await world.batchDeliveries.read(BATCH_ID)).state).toBe("delivered");
  });

  it("are not sent again when they have been", async () => {
    const world = await given();
    await dispatcher(world)(first);
    expect(await dispatcher(world)(attempt(2))).toMatchObject({ event: "callback.repeated", batch_id: BATCH_ID });
    expect(world.sender.requests).toHaveLength(1);
  });

  it("are parked with the reason after the last attempt, which is no news about a call", async () => {
    const world = await given({ answers: [down] });
    const before = world.bus.published.length;
    expect(await dispatcher(world)(attempt(LAST))).toMatchObject({ event: "callback.park", batch_id: BATCH_ID });
    expect(world.parked.sent).toEqual([
      { v: 1, type: "parked_batch", batch_id: BATCH_ID, attempts: LAST, why: expect.stringMatching(/.+/) },
    ]);
    expect((await world.batchDeliveries.read(BATCH_ID)).state).toBe("parked");
    expect(world.bus.published).toHaveLength(before);
  });

  it("are delivered when they are replayed", async () => {
    const world = await given({ answers: [down, ok] });
    await dispatcher(world)(attempt(LAST));
    const letters = deadLettersTwin({ clock: world.clock });
    letters.put(JSON.stringify(world.parked.sent[0]));
    const lines: string[] = [];
    const ran = await replay({ ...world, deadLetters: letters })({ tell: (line) => lines.push(line) });
    expect([ran, lines]).toEqual([{ sent: 1, left: 0 }, [`${BATCH_ID}: sent again as attempt ${LAST + 1}`]]);
    const [again] = world.callbacks.sent;
    expect(again).toEqual({ ...attempt(LAST + 1) });
    await dispatcher(world)(again as BatchCallbackMessage);
    expect((await world.batchDeliveries.read(BATCH_ID)).state).toBe("delivered");
  });
});
