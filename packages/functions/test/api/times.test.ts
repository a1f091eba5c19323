import { deadlineSeconds } from "@promptcall/core/call/call-length";
import { STEP_MS } from "@promptcall/core/dialing/loop";
import { decodeJwt } from "jose";
import { describe, expect, it, vi } from "vitest";
import { idOf } from "../../testing/random.ts";
import { at, epoch, jwt, SETTINGS } from "../given.ts";
import { BATCH_ID, batch, DEFAULTS, numberAt, post, refused, rowsOf } from "./batch-given.ts";
import { wrong } from "./expected.ts";
import { apiFixture, json, PARAMETERS, register, rsaKey } from "./given.ts";

const day = 86_400;
/** As old as a JWT with that end may be, but no older than the test. */
const bearer = (exp: number) => {
  const iat = epoch(Math.max(0, exp - day));
  return { authorization: `Bearer ${jwt({ application_id: "app", iat, exp: epoch(exp) })}` };
};
const LASTING = bearer(8 * day);
const later = (ms: number) => new Date(Date.parse(at(0)) + ms).toISOString();

const OWNER = "app:app";

/** An application with a batch under way that takes so many calls more, three a second. */
async function busyFixture(left: number, owner = OWNER) {
  const api = apiFixture();
  const seen = await api.fixture.loops.read(owner);
  const entry = { from: 0, count: left, startMs: Date.parse(at(-60)), expiryMs: Date.parse(at(8 * day)) };
  const next = { ...seen, version: 1, dueMs: Date.parse(at(0)), served: -1, batches: { [idOf(99)]: entry } };
  await api.fixture.loops.write(owner, { seen, next });
  return api;
}

const waits = async ({ fixture }: ReturnType<typeof apiFixture>, owner = OWNER) =>
  (await fixture.waiting.list(owner, { limit: 10 })).map(({ tid, notBeforeMs }) => [
    tid,
    new Date(notBeforeMs).toISOString(),
  ]);
const inLoop = async ({ fixture }: ReturnType<typeof apiFixture>) =>
  (await fixture.loops.read(OWNER)).batches[BATCH_ID];

describe("a call that is accepted", () => {
  it("is dialed at once when its loop is at rest", async () => {
    const api = apiFixture();
    let looks = 0;
    vi.spyOn(api.fixture.clock, "now").mockImplementation(() => new Date(Date.parse(at(0)) + 5 * looks++));
    await post(api, json(PARAMETERS, LASTING));
    expect(api.fixture.dial.sent).toMatchObject([{ type: "dial", owner: OWNER }]);
    expect(await waits(api)).toEqual([]);
  });

  it("is dialed at once within the rate limit, and waits in the loop beyond it", async () => {
    const api = apiFixture();
    for (let call = 0; call < 4; call += 1) await post(api, json(PARAMETERS, LASTING));
    expect(api.fixture.dial.sent.map(({ type }) => type)).toEqual(["dial", "dial", "dial", "tick", "tick"]);
    expect(await waits(api)).toHaveLength(1);
    expect(await api.fixture.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(0)), arrivals: 1 });
  });

  it("waits in the loop beside a batch of its application", async () => {
    const api = await busyFixture(10_000);
    await post(api, json(PARAMETERS, LASTING));
    expect(await waits(api)).toEqual([[idOf(1), at(0)]]);
    expect(await api.fixture.loops.read(OWNER)).toMatchObject({ version: 1, arrivals: 1 });
    expect(api.fixture.dial.sent).toEqual([]);
  });

  it("of another application does not wait for that batch", async () => {
    const api = await busyFixture(10_000);
    const other = { authorization: `Bearer ${jwt({ application_id: "other", exp: epoch(900) })}` };
    await post(api, json(PARAMETERS, other));
    expect(api.fixture.dial.sent).toMatchObject([{ type: "dial", owner: "app:other" }]);
  });

  it("of another application of its account shares the pace", async () => {
    const api = await busyFixture(10_000, "account:acme");
    await api.fixture.applications.write("other", { seen: {}, next: { account: "acme" } });
    const other = { authorization: `Bearer ${jwt({ application_id: "other", exp: epoch(900) })}` };
    await post(api, json(PARAMETERS, other));
    expect(await waits(api, "account:acme")).toHaveLength(1);
  });
});

describe("a batch that is accepted", () => {
  it("beside another is answered with times that share the pace", async () => {
    const api = await busyFixture(120);
    expect(await post(api, batch(rowsOf(9), {}, LASTING))).toMatchObject({
      // Nine of its own and nine of the other's, three a step.
      body: { first_dial_at: at(0), last_dial_at: later(5 * STEP_MS) },
    });
    expect(await inLoop(api)).toMatchObject({ from: 0, count: 9 });
  });

  it("is refused beside fifty others, with Retry-After", async () => {
    const api = apiFixture();
    const seen = await api.fixture.loops.read(OWNER);
    const entry = { from: 0, count: 3, startMs: Date.parse(at(0)), expiryMs: Date.parse(at(3_600)) };
    const batches = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [idOf(100 + index), entry]));
    await api.fixture.loops.write(OWNER, { seen, next: { ...seen, version: 1, batches } });
    const response = await api.app.request("/call", batch(rowsOf(1), {}, LASTING));
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "50"]);
    expect(await response.json()).toMatchObject({ type: "urn:promptcall:problem:too_many_batches" });
    expect(api.fixture.calls.records().specs).toEqual([]);
  });
});

describe("calls that cannot be dialed early enough", () => {
  const problem = (numbers: { count: number; needed: number; last: string; fits: number }) => {
    const { count, needed, last, fits } = numbers;
    return refused(429, "Too Many Requests", "too_late", {
      detail: `At 3 calls a second, and with what is queued already, the last of ${count} call(s) would be dialed ${needed} s from its start. Send a credential that lives and an expires_in that lasts so long, fewer calls, or try again later.`,
      calls_per_second: 3,
      first_dial_at: at(0),
      last_dial_at: last,
      expires_in_needed: needed,
      calls_that_fit: fits,
    });
  };

  it.each([
    ["expires_in", { expires_in: 5 }, LASTING],
    ["the life of the credential", {}, bearer(5)],
  ])("because of %s are refused, with the numbers needed to do better", async (_, timing, headers) => {
    const api = apiFixture();
    const answer = await post(api, batch(rowsOf(60), { ...timing, atomic: true }, headers));
    // 60 calls are 20 steps, and a step to spare makes 21 of them.
    expect(answer).toEqual(problem({ count: 60, needed: 22, last: later(19 * STEP_MS), fits: 12 }));
    expect([api.fixture.calls.records().specs, api.fixture.dial.sent, await inLoop(api)]).toEqual([[], [], undefined]);
  });

  it("of a batch are rejected; those that fit are accepted", async () => {
    const api = apiFixture();
    const error = {
      field: "expires_in",
      wrong: "is too short for more than 12 of 14 calls",
      expected: "at 3 calls a second, a longer one, a credential that lives as long, or fewer calls",
    };
    const rejected = [12, 13].map((index) => ({ index, code: "too_late", errors: [error] }));
    const answer = await post(api, batch(rowsOf(14), { expires_in: 5 }, LASTING));
    expect(answer.body).toMatchObject({ rejected, last_dial_at: later(3 * STEP_MS) });
    expect(await inLoop(api)).toMatchObject({ count: 12, expiryMs: Date.parse(at(5)) });
  });

  it("behind many single calls are refused where they are single calls", async () => {
    const api = await busyFixture(10_000);
    const seen = await api.fixture.loops.read(OWNER);
    await api.fixture.loops.write(OWNER, { seen, next: { ...seen, version: 2, departures: -60 } });
    const response = await api.app.request("/call", json({ ...PARAMETERS, expires_in: 30 }, LASTING));
    expect([response.status, response.headers.get("retry-after")]).toEqual([429, "62"]);
    expect(await waits(api)).toEqual([]);
  });

  it("are not refused because of a slowed pace", async () => {
    const api = apiFixture();
    const seen = await api.fixture.loops.read(OWNER);
    await api.fixture.loops.write(OWNER, { seen, next: { ...seen, version: 1, currentCallsPerSecond: 1 / 8 } });
    expect((await post(api, batch(rowsOf(1_000), {}, LASTING))).body.accepted).toHaveLength(1_000);
  });
});

describe("calls for a time ahead", () => {
  it("wait in the loop until then", async () => {
    const api = apiFixture();
    const answer = await post(api, batch(rowsOf(9), { send_at: at(60), expires_in: 120 }, LASTING));
    expect(answer).toMatchObject({ body: { first_dial_at: at(60), last_dial_at: later(60_000 + 2 * STEP_MS) } });
    expect(await inLoop(api)).toEqual({
      from: 0,
      count: 9,
      startMs: Date.parse(at(60)),
      expiryMs: Date.parse(at(180)),
    });
    await post(api, json({ ...PARAMETERS, send_at: "2026-01-01T13:01:00+01:00" }, bearer(90)));
    expect((await waits(api)).map(([, time]) => time)).toEqual([at(60)]);
    expect(await api.fixture.loops.read(OWNER)).toMatchObject({ dueMs: Date.parse(at(60)) });
  });

  it("that has passed are dialed at once, and expire_in counts from now", async () => {
    const api = apiFixture();
    await post(api, json({ ...PARAMETERS, send_at: at(-3_600), expires_in: "60" }, LASTING));
    expect(api.fixture.dial.sent).toMatchObject([{ type: "dial" }]);
    expect(api.fixture.calls.records().specs).toMatchObject([{ acceptedAt: at(0), expiresAt: at(60) }]);
  });

  it.each<[string, unknown, string, string]>([
    ["expires_in", 0, "must be 1 to 86400 seconds", "1 to 86400 seconds"],
    ["expires_in", 86_401, "must be 1 to 86400 seconds", "1 to 86400 seconds"],
    ["expires_in", 1.5, "must be 1 to 86400 seconds", "1 to 86400 seconds"],
    ["expires_in", "soon", "must be 1 to 86400 seconds", "1 to 86400 seconds"],
    [
      "send_at",
      "soon",
      "must be a time such as 2026-01-31T12:00:00Z, up to 7 days ahead",
      "a time such as 2026-01-31T12:00:00Z, up to 7 days ahead",
    ],
    ["send_at", at(7 * day + 1), "is more than 7 days ahead", "a time up to 7 days ahead"],
  ])("(%s, case %#) are refused for one that is none", async (field, value, what, expected) => {
    const refusal = wrong([field, what, expected]);
    expect(await post(apiFixture(), json({ ...PARAMETERS, [field]: value }, LASTING))).toEqual(refusal);
    expect(await post(apiFixture(), batch(rowsOf(2), { [field]: value }, LASTING))).toEqual(refusal);
    const defaults = { ...DEFAULTS, [field]: value };
    expect(await post(apiFixture(), batch(rowsOf(2), { defaults }, LASTING))).toEqual(refusal);
  });

  it.each([
    ["expires_in", 1],
    ["expires_in", 86_400],
    ["send_at", at(7 * day)],
  ])("may be as early and as late as that: %s %s", async (field, value) => {
    expect(await post(apiFixture(), json({ ...PARAMETERS, [field]: value }, LASTING))).toMatchObject({ status: 202 });
  });
});

describe("a private key", () => {
  const { privateKey, publicKey } = rsaKey(2048);
  const key = { app_id: "app", private_key: privateKey };
  /** How long the one that says most takes. */
  const text = "x".repeat(500);
  const LONGEST = deadlineSeconds(
    { text, failedText: text, byeText: "Thank you", pinLength: 4, attemptsAllowed: 3 },
    SETTINGS,
  );

  it.each([
    ["until the calls expire, and the carrier may be asked about the last", { expires_in: 60 }, [0, 60 + LONGEST]],
    ["from the time ahead", { expires_in: 60, send_at: at(3 * day) }, [3 * day, 3 * day + 60 + LONGEST]],
    ["for no longer than a day, which is what the carrier takes", { expires_in: 86_400 }, [0, day]],
  ])("signs a JWT that lives %s, and is kept nowhere", async (_, timing, [iat = 0, exp = 0]) => {
    const api = apiFixture();
    await register({ applicationId: "app", pem: publicKey }, api.fixture);
    expect(
      await post(api, batch([...rowsOf(2), { to: numberAt(2), text, failed_text: text }], { ...timing, ...key }, {})),
    ).toMatchObject({
      status: 202,
    });
    const { fixture } = api;
    const minted = await fixture.seal.open((await fixture.batches.find(BATCH_ID))?.sealedCredential ?? "", BATCH_ID);
    expect(decodeJwt(minted)).toMatchObject({ application_id: "app", iat: epoch(iat), exp: epoch(exp) });

    const { calls, dial, bus, log, batches } = fixture;
    const kept = JSON.stringify([calls.records(), dial.sent, bus.published, log.records, await batches.find(BATCH_ID)]);
    for (const secret of [privateKey.split("\n")[1] ?? "", ...minted.split(".")]) expect(kept).not.toContain(secret);
  });

  it("that is invalid is reported once, not for each call", async () => {
    const refusal = await post(apiFixture(), batch([{ to: numberAt(0) }, {}], { app_id: "app", private_key: "x" }, {}));
    const expected = "an RSA private key of 2048 to 4096 bits in PEM form";
    expect(refusal).toEqual(wrong(["private_key", `must be ${expected}`, expected]));
  });
});

describe("a number that may be in time zones too far apart, as a toll-free one", () => {
  const TOLL_FREE = "18005550199";
  const asked = async (more: object) => {
    const { app } = apiFixture();
    return await post({ app }, json({ ...PARAMETERS, to: TOLL_FREE, ...more }, bearer(day)));
  };

  it("is refused with the field and what mends it, and with that is called", async () => {
    const { status, body } = await asked({ local_time: true });
    expect([status, body.errors]).toMatchObject([422, [{ field: "local_time" }]]);
    const [{ wrong: fault, expected }] = body.errors;
    expect(fault).toContain("time zones too far apart");
    expect(expected).toContain("wider hours up to 00:00-24:00, or no local_time");
    for (const mended of [{ local_time: "00:00-24:00" }, {}]) expect((await asked(mended)).status).toBe(202);
  });
});
