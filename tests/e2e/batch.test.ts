import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "./harness.ts";

interface Accepted {
  batch_id: string;
  accepted: { index: number; tid: string; to: string; reference?: string }[];
  rejected: { index: number; errors: { field: string }[] }[];
  status_url: string;
}

const numberOf = (index: number, person: string) => `4477001${String(index).padStart(3, "0")}${person}`;

async function resultsOf({ harness, accepted }: { harness: Harness; accepted: Accepted["accepted"] }) {
  const results = await Promise.all(accepted.map(({ tid }) => harness.customer.results.first(tid)));
  return results.map(({ parameters, genuine }) => ({ ...parameters, genuine }));
}

describe("a batch", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ verboseEvents: false });
  });
  afterAll(() => harness.stop());

  it("gets every call's result to the customer, each under its own reference", async () => {
    const people = ["00", "02", "05", "10"];
    const calls = people.map((person, index) => ({ to: numberOf(index, person), reference: `order ${index}` }));
    const response = await harness.postBatch({ calls: [...calls, { to: "nobody" }] });
    const answer = (await response.json()) as Accepted;
    expect([response.status, answer.rejected]).toEqual([
      202,
      [{ index: 4, errors: [expect.objectContaining({ field: "to" })] }],
    ]);
    const outcomes = [
      { status: "ok" },
      { status: "failed" },
      { status: "error", reason: "busy" },
      { status: "error", reason: "invalid_number" },
    ];
    expect(await resultsOf({ harness, accepted: answer.accepted })).toEqual(
      answer.accepted.map(({ tid, to, reference }, index) => ({
        tid,
        to,
        reference,
        ...outcomes[index],
        genuine: true,
      })),
    );

    const status = (await (await fetch(answer.status_url)).json()) as object;
    expect(status).toMatchObject({
      batch_id: answer.batch_id,
      count: 4,
      states: { completed: 4 },
      statuses: { ok: 1, failed: 1, error: 2 },
      reasons: { busy: 1, invalid_number: 1 },
    });
    const csv = await (await fetch(answer.status_url.replace("?", "/results?format=csv&"))).text();
    expect(
      csv
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",").slice(0, 6)),
    ).toEqual(
      answer.accepted.map(({ index, tid, to, reference }, place) => [
        String(index),
        tid,
        to,
        reference,
        "completed",
        outcomes[place]?.status,
      ]),
    );
  });

  it("is dialed once when it is sent twice under one key", async () => {
    const headers = { "idempotency-key": "the same" };
    const calls = [{ to: numberOf(10, "00") }, { to: numberOf(11, "00") }];
    const answers = [await harness.postBatch({ calls }, headers), await harness.postBatch({ calls }, headers)];
    const [first, second] = (await Promise.all(answers.map((answer) => answer.json()))) as [Accepted, Accepted];
    expect(second).toEqual(first);
    expect(answers.map((answer) => answer.headers.get("idempotent-replayed"))).toEqual([null, "true"]);
    await resultsOf({ harness, accepted: first.accepted });
    const dialed = harness.system.sim.calls().filter(({ to }) => to.includes("447700101"));
    expect(dialed).toHaveLength(2);
  });
});

describe("a batch that waits for the carrier's pace", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await startHarness({ verboseEvents: false, sim: { callsPerSecond: 3 } });
  });
  afterAll(() => harness.stop());

  it("is cancelled as far as it is queued, and every call of it still gets its one result", async () => {
    const calls = Array.from({ length: 40 }, (_, index) => ({ to: numberOf(200 + index, "00") }));
    const answer = (await (await harness.postBatch({ calls })).json()) as Accepted;
    const [first] = answer.accepted;
    await harness.customer.results.first(first?.tid ?? "");
    expect((await fetch(answer.status_url, { method: "DELETE" })).status).toBe(202);
    const results = await resultsOf({ harness, accepted: answer.accepted });
    const output = results.map(({ status, reason }: Record<string, unknown>) => reason ?? status);
    const dialed = harness.system.sim.calls().length;
    expect(output.filter((word) => word === "ok")).toHaveLength(dialed);
    expect(output.filter((word) => word === "cancelled")).toHaveLength(40 - dialed);
    expect(dialed).toBeLessThan(40);
  });
});
