import { DeliveredBatchEventSchema } from "@promptcall/core/contracts/batch-event";
import type { CountBatchMessage } from "@promptcall/core/contracts/dialing-messages";
import { describe, expect, it } from "vitest";
import { endQueued } from "../../src/dialing/end-queued.ts";
import { UnknownBatchError } from "../../src/errors.ts";
import { timers } from "../../src/timers/fire.ts";
import { idOf } from "../../testing/random.ts";
import { BATCH_ID, batchFixture, tidsOf } from "../batch-given.ts";
import { at } from "../given.ts";

type BatchFixture = Awaited<ReturnType<typeof batchFixture>>;

const message: CountBatchMessage = { v: 1, type: "count_batch", batch_id: BATCH_ID, looks: 0, not_before: at(0) };
const announced = ({ bus }: BatchFixture) => bus.batches;
const looks = ({ timers: { sent } }: BatchFixture) =>
  sent.flatMap((one) => (one.type === "count_batch" ? [[one.looks, one.not_before]] : []));

/** These calls of the batch have ended, each a second after the one before. */
async function end(fixture: BatchFixture, from: number, to: number, reason: "cancelled" | "expired" = "cancelled") {
  for (const [place, tid] of tidsOf(from, to).entries()) {
    fixture.clock.set(at(from + place + 1));
    await endQueued({ tid, reason }, fixture);
  }
}

describe("a batch that is counted", () => {
  it("is counted again, less and less often, until every call has its result", async () => {
    const fixture = await batchFixture({ count: 3 });
    await end(fixture, 0, 2);
    fixture.clock.set(at(100));
    expect(await timers(fixture)(message)).toEqual({
      event: "batch.counted",
      batch_id: BATCH_ID,
      calls: 3,
      completed: 2,
    });
    for (const done of [1, 2, 3, 4, 5]) await timers(fixture)({ ...message, looks: done });
    expect(looks(fixture)).toEqual(
      [40, 80, 160, 320, 320, 320].map((seconds, place) => [place + 1, at(100 + seconds)]),
    );
    expect(announced(fixture)).toEqual([]);
  });

  it("is announced with its counts, at the time of its last result", async () => {
    const fixture = await batchFixture({ count: 3 });
    await end(fixture, 0, 2);
    await end(fixture, 2, 3, "expired");
    fixture.clock.set(at(100));
    expect((await fixture.batches.find(BATCH_ID))?.sealedCredential).toBe(fixture.sealedCredential);
    expect(await timers(fixture)(message)).toEqual({ event: "batch.completed", batch_id: BATCH_ID, calls: 3 });
    // Nothing is dialed any more.
    expect((await fixture.batches.find(BATCH_ID))?.sealedCredential).toBe("");
    expect(announced(fixture)).toEqual([
      {
        type: "batch.completed",
        metadata: {
          id: `completed_${BATCH_ID}`,
          version: 1,
          batch_id: BATCH_ID,
          application_id: "app",
          time: at(3),
        },
        data: { count: 3, statuses: { error: 3 }, reasons: { cancelled: 2, expired: 1 } },
      },
    ]);
    expect(looks(fixture)).toEqual([]);
  });

  it("is announced the same by every copy of the message, whenever that comes", async () => {
    const fixture = await batchFixture({ count: 3 });
    await end(fixture, 0, 3);
    await timers(fixture)(message);
    fixture.clock.set(at(9_000));
    await timers(fixture)({ ...message, looks: 4 });
    const [first, second] = announced(fixture);
    expect(first).toBeDefined();
    expect(second).toEqual(first);
  });

  it("that is not on record fails", async () => {
    const fixture = await batchFixture();
    await expect(timers(fixture)({ ...message, batch_id: idOf(9) })).rejects.toEqual(new UnknownBatchError(idOf(9)));
  });

  it("is published in the documented form", async () => {
    const fixture = await batchFixture({ count: 1 });
    await end(fixture, 0, 1);
    await timers(fixture)(message);
    const [event] = announced(fixture);
    const envelope = { source: "promptcall", "detail-type": event?.type, detail: event };
    expect(DeliveredBatchEventSchema.safeParse(envelope).success).toBe(true);
  });
});
