import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Harness, shareHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const CALL = { from: "447700900999", text: "Please enter your PIN.", pin_code: "1234" };

async function posted(body: object): Promise<{ tid: string; status_url: string }> {
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as { tid: string; status_url: string };
}

async function asked(url: string) {
  const response = await fetch(url);
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe("a call without a callback", () => {
  it("is told to whoever waits for it, and no dispatcher hears of it", async () => {
    const { tid, status_url } = await posted({ ...CALL, to: "447700900001" });
    const { status, body } = await asked(`${status_url}&wait=25`);
    expect([status, body]).toMatchObject([
      200,
      { tid, state: "completed", status: "ok", callback: { state: "none", attempts: [] } },
    ]);
    // By the time that the dispatcher tells of a result with a callback, it would have told of one without.
    const other = await harness.post({ to: "447700900005" });
    const isDispatched = (id: string) =>
      harness.logLines.some((line) => line.includes('"service":"dispatcher"') && line.includes(id));
    await vi.waitFor(() => expect(isDispatched(other)).toBe(true), 20_000);
    expect(isDispatched(tid)).toBe(false);
  });

  it("may wait for 25 s and no longer", async () => {
    const { status_url } = await posted({ ...CALL, to: "447700900005" });
    expect((await asked(`${status_url}&wait=26`)).status).toBe(400);
  });
});

it("a batch is told to whoever waits for it as soon as its last call is over", async () => {
  const { status_url } = await posted({
    defaults: CALL,
    calls: [{ to: "447700900005" }, { to: "447700900105" }, { to: "447700900001" }],
  });
  const { status, body } = await asked(`${status_url}&wait=25`);
  expect([status, body]).toMatchObject([
    200,
    { state: "completed", states: { completed: 3 }, statuses: { ok: 1, error: 2 }, reasons: { busy: 2 } },
  ]);
});
