import { describe, expect, it } from "vitest";
import { checkpointKeys, commandIds, eventIds, ownerOf, webhookId } from "../../src/contracts/ids.ts";

const [tid, batchId] = ["0f8b-call", "77aa-batch"];

describe("a derived id", () => {
  it("has the form that queues and table have of it, whatever version of the code wrote them", () => {
    expect([
      commandIds.dialed("claim-1"),
      commandIds.deadline("claim-1"),
      commandIds.lostDeadline(),
      commandIds.cancelled(tid),
      commandIds.over(tid),
      commandIds.deadDial(tid),
      eventIds.completed(tid),
      eventIds.delivered(tid),
      eventIds.parked({ tid, attempt: 9 }),
      webhookId(tid),
      checkpointKeys.tick({ owner: "app:1", n: 4, dueMs: 1_000 }),
      checkpointKeys.sweep({ batchId, kind: "queued", end: undefined }),
      checkpointKeys.sweep({ batchId, kind: "queued", end: 7 }),
      checkpointKeys.countAsked(batchId),
      checkpointKeys.count(batchId),
      checkpointKeys.dead({ batchId, from: 0, to: 5 }),
      checkpointKeys.dead({ work: "cancel", batchId, from: 0, to: 5 }),
      ownerOf({ applicationId: "1", account: undefined }),
      ownerOf({ applicationId: "1", account: "acme" }),
    ]).toEqual([
      "dialed_claim-1",
      "deadline_claim-1",
      "dead_deadline",
      "cancelled_0f8b-call",
      "over_0f8b-call",
      "dead_0f8b-call",
      "completed_0f8b-call",
      "delivered_0f8b-call",
      "parked_9_0f8b-call",
      "msg_0f8b-call",
      "tick_app:1_4_1000",
      "sweep_77aa-batch_queued_",
      "sweep_77aa-batch_queued_7",
      "counting_77aa-batch",
      "count_77aa-batch",
      "dead_77aa-batch_0_5",
      "dead_cancel_77aa-batch_0_5",
      "app:1",
      "account:acme",
    ]);
  });

  it("of a command tells who asks: two kinds of askers never share one", () => {
    const ids = Object.values(commandIds).map((idOf) => idOf("one"));
    expect(new Set(ids).size).toBe(ids.length);
  });
});
