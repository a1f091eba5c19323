import { describe, expect, it } from "vitest";
import { type CallCompleted, type Invocation, onBatchCompleted, onCallCompleted } from "../src/events.ts";

const result = (id: string): CallCompleted => ({
  metadata: { id, version: 1, tid: "t", application_id: "a", time: "2026-11-30T12:00:00.000Z" },
  data: { to: "44********01", status: "ok", attempts: 1 },
});

const delivered = (detail: unknown, type = "call.completed") => ({
  source: "promptcall",
  "detail-type": type,
  detail,
});

const queued = (...bodies: unknown[]): Invocation => ({
  Records: bodies.map((body, index) => ({ messageId: `m${index}`, body: JSON.stringify(body) })),
});

describe("results", () => {
  it("are handed on as EventBridge brings them", async () => {
    const handled: CallCompleted[] = [];
    const handler = onCallCompleted(async (event) => void handled.push(event));
    expect(await handler(delivered(result("1")))).toBeUndefined();
    expect(handled).toEqual([result("1")]);
  });

  it("are handed on as a queue brings them, and those that fail stay in it", async () => {
    const handled: string[] = [];
    const failures: string[] = [];
    const handler = onCallCompleted(
      async ({ metadata }) => {
        if (metadata.id === "2") throw new Error("not now");
        handled.push(metadata.id);
      },
      { onFailure: ({ messageId, error }) => void failures.push(`${messageId} ${error}`) },
    );
    const answer = await handler(queued(delivered(result("1")), delivered(result("2")), delivered(result("3"))));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(handled).toEqual(["1", "3"]);
    expect(failures).toEqual(["m1 Error: not now"]);
  });

  it("are handled once where it is remembered which were, and again where that failed", async () => {
    const known = new Set<string>();
    const seen = { has: async (id: string) => known.has(id), add: async (id: string) => void known.add(id) };
    let tries = 0;
    const handler = onCallCompleted(
      async () => {
        tries += 1;
        if (tries === 1) throw new Error("not now");
      },
      { seen },
    );
    for (let copy = 0; copy < 4; copy += 1) await handler(queued(delivered(result("1"))));
    expect(tries).toBe(2);
  });

  it.each([
    ["another event", delivered(result("1"), "call.dialed")],
    ["another source", { ...delivered(result("1")), source: "other" }],
    ["no event", {}],
    ["an event without an id", delivered({ metadata: {} })],
  ])("are never %s: that stays in its queue", async (_, body) => {
    const handler = onCallCompleted(async () => {
      throw new Error("was handed on");
    });
    expect(await handler(queued(body))).toEqual({ batchItemFailures: [{ itemIdentifier: "m0" }] });
    await expect(handler(body as Invocation)).rejects.toThrow("change the pattern of the rule");
  });

  it("are never those of a version that is not known: they wait for a newer client", async () => {
    const handled: CallCompleted[] = [];
    const handler = onCallCompleted(async (event) => void handled.push(event));
    const { metadata, data } = result("1");
    await expect(handler(delivered({ metadata: { ...metadata, version: 2 }, data }))).rejects.toThrow(
      "This is version 2 of call.completed, and not 1",
    );
    expect(handled).toEqual([]);
  });
});

it("batches that are over are handed on", async () => {
  const ids: string[] = [];
  const handler = onBatchCompleted(async ({ metadata }) => void ids.push(metadata.id));
  await handler(delivered({ metadata: { id: "b", version: 1 } }, "batch.completed"));
  expect(ids).toEqual(["b"]);
});
