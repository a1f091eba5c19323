import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

interface Answer {
  readonly tid?: string;
  readonly batch_id?: string;
  readonly status_url: string;
  readonly accepted?: readonly { readonly tid: string }[];
  readonly errors?: readonly unknown[];
}

async function send(body: string | object, type = "application/json") {
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, "content-type": type },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Answer };
}

const AFTER_MS = 10_000;
const fields = () => ({
  from: "447700900999",
  pin_code: "1234",
  callback: `${harness.customer.url}/result`,
  retry_after: AFTER_MS / 1_000,
  ...TEXTS,
});
const resultOf = async (tid = "") => (await harness.customer.results.first(tid)).parameters;
const callsTo = (to: string) => harness.system.sim.calls().filter((call) => call.to === to);
const seen = async (tid = "") => {
  const headers = { authorization: `Bearer ${harness.jwt}` };
  return (await (await fetch(`${harness.system.apiUrl}/call/${tid}`, { headers })).json()) as Record<string, unknown>;
};

/** From the carrier's clock, in which a call is over as soon as it is busy. */
function apartMs(to: string): number {
  const [first, second] = callsTo(to).map(({ createdAt }) => Date.parse(createdAt));
  return (second ?? Number.NaN) - (first ?? Number.NaN);
}

describe.concurrent("a call whose person may be called again", () => {
  it("is dialed again when that was asked for and not before, and has one result, with each of its dials", async ({
    expect,
  }) => {
    const to = "447700940150";
    const { answer } = await send({ ...fields(), to, retry_times: 2 });
    await expect.poll(() => seen(answer.tid)).toMatchObject({ state: "queued", dials: [{ reason: "busy" }] });
    expect(await resultOf(answer.tid)).toMatchObject({ status: "ok" });
    expect(callsTo(to)).toHaveLength(2);
    expect(apartMs(to)).toBeGreaterThanOrEqual(AFTER_MS);
    const [busy, answered] = callsTo(to);
    expect(await seen(answer.tid)).toMatchObject({
      state: "completed",
      status: "ok",
      uuid: answered?.uuid,
      dials: [
        { uuid: busy?.uuid, ended_as: "busy", reason: "busy" },
        { uuid: answered?.uuid, ended_as: "completed" },
      ],
    });
    expect(harness.customer.results.all(answer.tid ?? "")).toHaveLength(1);
  });

  it.each([
    ["without the wish", "447700940250", {}],
    ["after an end that was not named", "447700940350", { retry_times: 1, retry_on: "unanswered" }],
    ["after a person hung up", "447700940452", { retry_times: 1 }],
  ])("is dialed once %s", async (_, to, wish) => {
    const { retry_after: _after, ...once } = fields();
    const { answer } = await send({ ...("retry_times" in wish ? fields() : once), to, ...wish });
    expect(await resultOf(answer.tid)).toMatchObject({ status: "error" });
    expect((await seen(answer.tid)).dials).toHaveLength(1);
  });

  it("is dialed again after the person hung up, if that is named, and as often as it takes", async () => {
    const [hangsUp, hardly] = await Promise.all([
      send({ ...fields(), to: "447700940552", retry_times: 1, retry_on: "hung_up" }),
      send({ ...fields(), to: "447700940553", retry_times: 5, callback_format: "json" }),
    ]);
    expect(await resultOf(hangsUp.answer.tid)).toMatchObject({ status: "ok" });
    const { json } = await harness.customer.results.first(hardly.answer.tid ?? "");
    expect(json).toMatchObject({
      data: { status: "ok", dials: [{ reason: "busy" }, { reason: "unavailable" }, { ended_as: "completed" }] },
    });
  });

  it("has the last one's result, when it was dialed as often as was asked for", async () => {
    const to = "447700940605";
    const { answer } = await send({ ...fields(), to, retry_times: 1 });
    expect(await resultOf(answer.tid)).toMatchObject({ status: "error", reason: "busy" });
    expect(callsTo(to)).toHaveLength(2);
  });

  it("is cancelled at once while it waits, and is not dialed again", async ({ expect }) => {
    const { answer } = await send({ ...fields(), to: "447700940750", retry_times: 1 });
    await expect.poll(() => seen(answer.tid)).toMatchObject({ state: "queued", dials: [{ reason: "busy" }] });
    const deleted = await fetch(answer.status_url, { method: "DELETE" });
    expect([deleted.status, await deleted.json()]).toMatchObject([200, { status: "error", reason: "cancelled" }]);
    expect(await resultOf(answer.tid)).toMatchObject({ status: "error", reason: "cancelled" });
    expect(await seen(answer.tid)).toMatchObject({ reason: "cancelled", dials: [{ ended_as: "busy" }] });
    expect(callsTo("447700940750")).toHaveLength(1);
  });
});

describe.concurrent("a batch whose people may be called again", () => {
  it("has it in its defaults and in a row; a row waits by itself, of any priority, and the batch is over with the last one", async () => {
    const calls = [
      { to: "447700941150" },
      { to: "447700941200" },
      { to: "447700941350", retry_times: 0 },
      { to: "447700941451", retry_on: ["unanswered", "timeout"] },
      { to: "447700941550", priority: "high", local_time: "00:00-24:00" },
      { to: "447700941650", priority: "low" },
    ];
    const { answer } = await send({
      defaults: { ...fields(), retry_times: 1 },
      batch_callback: `${harness.customer.url}/batch`,
      calls,
    });
    const tids = answer.accepted?.map(({ tid }) => tid) ?? [];
    const results = await Promise.all(tids.map(resultOf));
    expect(results.map(({ status, reason }) => reason ?? status)).toEqual(["ok", "ok", "busy", "ok", "ok", "ok"]);
    expect(calls.map(({ to }) => callsTo(to).length)).toEqual([2, 1, 1, 2, 2, 2]);
    expect(apartMs("447700941150")).toBeGreaterThanOrEqual(AFTER_MS);
    const { json } = await harness.customer.results.first(answer.batch_id ?? "");
    expect(json).toMatchObject({ type: "batch.completed", data: { statuses: { ok: 5, error: 1 } } });
  });

  it("has it as columns of a table", async () => {
    const { retry_after: _after, ...others } = fields();
    const row = { ...others, to: "447700942150", retry_times: "1", retry_after: "10", retry_on: '"busy,timeout"' };
    const quoted = Object.entries(row).map(([name, cell]) => (name.endsWith("text") ? `"${cell}"` : cell));
    const { answer } = await send(`${Object.keys(row).join(",")}\n${quoted.join(",")}\n`, "text/csv");
    expect(await resultOf(answer.accepted?.[0]?.tid)).toMatchObject({ status: "ok" });
    expect(callsTo("447700942150")).toHaveLength(2);
  });

  it.each([
    ["retry_times", { retry_times: 6 }],
    ["retry_after", { retry_times: 1, retry_after: 9 }],
    ["retry_on", { retry_times: 1, retry_on: "answered" }],
    ["retry_times", { retry_on: "busy" }],
  ])("is told what is wrong: %s in %j", async (field, wish) => {
    const { status, answer } = await send({ ...fields(), to: "447700943100", ...wish });
    expect([status, answer.errors]).toMatchObject([400, [{ field }]]);
  });
});
