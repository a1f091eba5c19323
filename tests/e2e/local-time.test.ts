import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness, TEXTS } from "./harness.ts";

/** The clocks of the system strike a minute this long after it begins to start: when a call waits for that. */
const STRIKES_AFTER_MS = 15_000;
const AHEAD_MS = 60_000 - ((Date.now() + STRIKES_AFTER_MS) % 60_000);
const systemNow = () => Date.now() + AHEAD_MS;

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness({ local: { clockAheadMs: AHEAD_MS } });
});
afterAll(() => harness.stop());

const LONDON = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

/** Hours by the clocks of London, so many minutes from now. */
const hoursIn = (fromMinutes: number, toMinutes: number) => {
  const [from = "", to = ""] = [fromMinutes, toMinutes].map((minutes) => LONDON.format(systemNow() + minutes * 60_000));
  // Those that cross midnight are no hours of a day: around it, a later beginning.
  return from < to ? `${from}-${to}` : `${from}-24:00`;
};

async function send(body: object) {
  const response = await fetch(`${harness.system.apiUrl}/call`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
}

const fields = () => ({ from: "447700900999", pin_code: "1234", callback: `${harness.customer.url}/result`, ...TEXTS });
const resultOf = async (tid: unknown) => (await harness.customer.results.first(String(tid))).parameters;
const isCalled = (to: string) => harness.system.sim.calls().some((call) => call.to === to);

describe("a call with hours", () => {
  it("is dialed at once within them", async () => {
    const { answer } = await send({ ...fields(), to: "447700930100", local_time: "00:00-24:00" });
    expect(await resultOf(answer.tid)).toMatchObject({ status: "ok" });
  });

  it("waits until they begin, and holds up no other call of its batch", async () => {
    const calls = [
      { to: "447700931100", local_time: hoursIn(1, 600) },
      { to: "447700931200", local_time: "00:00-24:00" },
      { to: "447700931300" },
    ];
    const askedMs = systemNow();
    const { status, answer } = await send({ defaults: fields(), calls });
    expect([status, answer.count]).toEqual([202, 3]);
    const [late, open, without] = answer.accepted as { tid: string }[];
    expect(await resultOf(open?.tid)).toMatchObject({ status: "ok" });
    expect(await resultOf(without?.tid)).toMatchObject({ status: "ok" });
    expect(isCalled("447700931100")).toBe(false);
    expect(await resultOf(late?.tid)).toMatchObject({ status: "ok" });
    const nextMinuteMs = (Math.floor(askedMs / 60_000) + 1) * 60_000;
    const call = harness.system.sim.calls().find(({ to }) => to === "447700931100");
    expect(Date.parse(call?.createdAt ?? "") + AHEAD_MS).toBeGreaterThanOrEqual(nextMinuteMs);
  });

  it("is refused where it would expire before they begin, and so is a row, beside others", async () => {
    const late = { to: "447700932100", local_time: hoursIn(120, 600) };
    const single = await send({ ...fields(), ...late, expires_in: 60 });
    expect([single.status, single.answer.type]).toEqual([422, "urn:promptcall:problem:outside_local_time"]);
    const batch = await send({ expires_in: 60, defaults: fields(), calls: [late, { to: "447700932200" }] });
    expect(batch.answer).toMatchObject({
      count: 1,
      rejected: [{ index: 0, code: "outside_local_time", errors: [{ field: "local_time" }] }],
    });
  });

  it("is refused where the number may be in zones that never have them at one time", async () => {
    const { status, answer } = await send({ ...fields(), to: "18005550199", local_time: "true" });
    expect([status, answer.errors]).toMatchObject([422, [{ field: "local_time" }]]);
  });

  it("is not dialed again after they are over, and its result says so", async () => {
    const to = "447700934150";
    // They are over when it may be dialed again, and begin the next day.
    const again = { retry_times: 1, retry_after: 120, local_time: hoursIn(0, 2) };
    const { answer } = await send({ ...fields(), ...again, to });
    expect(await resultOf(answer.tid)).toMatchObject({ status: "error", reason: "busy", not_redialed: "expired" });
    expect(harness.system.sim.calls().filter((call) => call.to === to)).toHaveLength(1);
  });

  it.each(["20:00-09:00", "9-20", "yes"])("has to have some that begin before they end: %s", async (local_time) => {
    const { status, answer } = await send({ ...fields(), to: "447700933100", local_time });
    expect([status, answer.errors]).toMatchObject([400, [{ field: "local_time" }]]);
  });
});
