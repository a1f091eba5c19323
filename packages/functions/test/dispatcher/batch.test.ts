import { callbackRequest, callbackSecret } from "@promptcall/core/callbacks/callback-request";
import type { BatchCallbackMessage } from "@promptcall/core/contracts/delivery-messages";
import { describe, expect, it } from "vitest";
import { endQueued } from "../../src/dialing/end-queued.ts";
import { DeliverySchema, dispatcher } from "../../src/dispatcher/deliver.ts";
import { replay } from "../../src/dispatcher/replay.ts";
import { UncountedBatchError, UnknownBatchError } from "../../src/errors.ts";
import type { CallbackAnswer } from "../../src/ports/callback-sender.ts";
import { timers } from "../../src/timers/fire.ts";
import { fakeDeadLetters } from "../../testing/dead-letters.ts";
import { scriptedSender } from "../../testing/scripted-sender.ts";
import { BATCH_ID, batchFixture, tidsOf } from "../batch-given.ts";
import { at, KEYS, OTHER_TID, SETTINGS } from "../given.ts";

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
  const base = await batchFixture({ count: 3, ...(callbackUrl !== null && { callbackUrl }) });
  const fixture = { ...base, sender, keys: [KEYS.callback] as const, settings: SETTINGS.callback };
  for (const [index, tid] of tidsOf(0, completed).entries()) {
    fixture.clock.set(at(index + 1));
    await endQueued({ tid, reason: "expired" }, fixture);
  }
  fixture.clock.set(at(60));
  return fixture;
}

const counted = {
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
    content: { id: BATCH_ID, json: JSON.stringify({ type: "batch.completed", data: counted }) },
    secrets: [callbackSecret({ key: KEYS.callback, applicationId: "app" })],
    now: new Date(now),
  });

describe("the counts of a batch just in from the bus", () => {
  it("are a first attempt to deliver them", async () => {
    const fixture = await given();
    await timers(fixture as never)({ v: 1, type: "count_batch", batch_id: BATCH_ID, looks: 0, not_before: at(60) });
    const [{ type, metadata, data }] = fixture.bus.batches as never as [(typeof fixture.bus.batches)[number]];
    const envelope = { source: "promptcall", "detail-type": type, detail: { metadata, data } };
    expect(DeliverySchema.parse(envelope)).toEqual(first);
  });

  it("are posted as JSON, signed, and on a record of their own", async () => {
    const fixture = await given();
    const line = { event: "callback.delivered", batch_id: BATCH_ID, attempt: 1, answer: 200, ms: 12 };
    // Completed at 3 s, sent at 60 s.
    expect(await dispatcher(fixture)(first)).toEqual({ ...line, age_seconds: 57.012 });
    expect(fixture.sender.requests).toEqual([request(at(60))]);
    expect(JSON.parse(fixture.sender.requests[0]?.body ?? "")).toEqual({ type: "batch.completed", data: counted });
    expect(fixture.sender.requests[0]).toMatchObject({
      method: "POST",
      headers: { "content-type": "application/json" },
    });
    expect(await fixture.batchDeliveries.read(BATCH_ID)).toEqual({
      attempts: [{ attempt: 1, at: at(60), answer: 200, durationMs: 12 }],
      state: "delivered",
    });
    expect(fixture.callbacks.sent).toEqual([]);
  });

  it("are not sent without a callback address", async () => {
    const fixture = await given({ callbackUrl: null });
    expect(await dispatcher(fixture)(first)).toEqual({ event: "callback.unwanted", batch_id: BATCH_ID, attempt: 1 });
    expect([fixture.sender.requests, fixture.callbacks.sent, fixture.parked.sent]).toEqual([[], [], []]);
  });

  it("say of a batch that was cancelled that it was", async () => {
    const fixture = await given();
    await fixture.batches.end(BATCH_ID, "cancelled");
    await dispatcher(fixture)(first);
    expect(JSON.parse(fixture.sender.requests[0]?.body ?? "")).toMatchObject({ data: { state: "cancelled" } });
  });

  it("fail for redelivery while the list is behind", async () => {
    const fixture = await given({ completed: 2 });
    await expect(dispatcher(fixture)(first)).rejects.toEqual(new UncountedBatchError(BATCH_ID));
    expect(fixture.sender.requests).toEqual([]);
  });

  it("of a batch that is not on record fail", async () => {
    const fixture = await given();
    await expect(dispatcher(fixture)({ ...first, batch_id: OTHER_TID })).rejects.toEqual(
      new UnknownBatchError(OTHER_TID),
    );
  });
});

describe("the counts of a batch that could not be delivered", () => {
  it("are tried again later, the same message signed at its own time", async () => {
    const fixture = await given({ answers: [down, ok] });
    expect(await dispatcher(fixture)(first)).toMatchObject({ event: "callback.retry", batch_id: BATCH_ID });
    const [again] = fixture.callbacks.sent;
    expect(again).toMatchObject({ type: "batch_callback", batch_id: BATCH_ID, attempt: 2 });
    fixture.clock.set(at(120));
    await dispatcher(fixture)(again as BatchCallbackMessage);
    expect(fixture.sender.requests).toEqual([request(at(60)), request(at(120))]);
    expect((await fixture.batchDeliveries.read(BATCH_ID)).state).toBe("delivered");
  });

  it("are not sent again after a delivery", async () => {
    const fixture = await given();
    await dispatcher(fixture)(first);
    expect(await dispatcher(fixture)(attempt(2))).toMatchObject({ event: "callback.repeated", batch_id: BATCH_ID });
    expect(fixture.sender.requests).toHaveLength(1);
  });

  it("are parked with the reason after the last attempt, without an event", async () => {
    const fixture = await given({ answers: [down] });
    const before = fixture.bus.published.length;
    expect(await dispatcher(fixture)(attempt(LAST))).toMatchObject({ event: "callback.park", batch_id: BATCH_ID });
    expect(fixture.parked.sent).toEqual([
      { v: 1, type: "parked_batch", batch_id: BATCH_ID, attempts: LAST, why: expect.stringMatching(/.+/) },
    ]);
    expect((await fixture.batchDeliveries.read(BATCH_ID)).state).toBe("parked");
    expect(fixture.bus.published).toHaveLength(before);
  });

  it("are delivered when they are replayed", async () => {
    const fixture = await given({ answers: [down, ok] });
    await dispatcher(fixture)(attempt(LAST));
    const messages = fakeDeadLetters({ clock: fixture.clock });
    messages.put(JSON.stringify(fixture.parked.sent[0]));
    const lines: string[] = [];
    const ran = await replay({ ...fixture, deadLetters: messages })({ report: (line) => lines.push(line) });
    expect([ran, lines]).toEqual([{ sent: 1, left: 0 }, [`${BATCH_ID}: sent again as attempt ${LAST + 1}`]]);
    const [again] = fixture.callbacks.sent;
    expect(again).toEqual({ ...attempt(LAST + 1) });
    await dispatcher(fixture)(again as BatchCallbackMessage);
    expect((await fixture.batchDeliveries.read(BATCH_ID)).state).toBe("delivered");
  });
});
