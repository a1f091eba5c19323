import type { TimerMessage } from "@promptcall/core/contracts/messages";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it, vi } from "vitest";
import { timers } from "../../src/timers/fire.ts";
import { UUID } from "../../testing/scripted-carrier.ts";
import { after, at, CREDENTIAL, claim, KEYS, MASKED, OTHER_TID, queued, report, spec, TID, TO } from "../given.ts";
import { answerOf, apiFixture } from "./given.ts";

const tokenFor = (kind: "call" | "batch", id: string) => statusToken({ kind, id, key: KEYS.status });
const addressOf = (id: string, token = tokenFor("call", id)) => `/call/${id}?token=${token}`;
const bearer = { headers: { authorization: `Bearer ${CREDENTIAL}` } };

const dialed = () => after(queued(), claim(1), report(2, { type: "dialed", uuid: UUID }));
const live = () =>
  after(
    dialed(),
    report(3, { type: "leg", status: "ringing" }),
    report(5, { type: "leg", status: "answered" }),
    report(9, { type: "digits", attempt: 1, matched: false }),
  );
const over = () =>
  after(
    live(),
    report(15, { type: "digits", attempt: 2, matched: true }),
    report(20, { type: "leg", status: "completed", durationSeconds: 15, price: "0.02" }),
  );

function given(call = queued()) {
  const api = apiFixture();
  api.fixture.hold({ spec: spec({ reference: "order 1", expiresAt: at(3_600) }), call });
  return api;
}

/** Where its result goes. */
const CALLBACK = { url: "https://customer.example/result", method: "POST", receiver: "customer.example" };

const notFound = { status: 404, type: "application/problem+json" };

describe("the address of a call", () => {
  it("shows the request, the progress and the deliveries", async () => {
    const { app, fixture } = given(over());
    await fixture.deliveries.add(TID, { attempt: 1, at: at(21), answer: 503, durationMs: 40 }, "pending");
    await fixture.deliveries.add(TID, { attempt: 2, at: at(26), answer: 200, durationMs: 30 }, "delivered");
    expect(await answerOf(await app.request(addressOf(TID)))).toEqual({
      status: 200,
      type: "application/json",
      body: {
        tid: TID,
        to: TO,
        from: "447700900999",
        reference: "order 1",
        state: "completed",
        status: "ok",
        attempts: [
          { attempt: 1, matched: false, at: at(9) },
          { attempt: 2, matched: true, at: at(15) },
        ],
        dials: [{ at: at(1), uuid: UUID, ended_as: "completed" }],
        uuid: UUID,
        accepted_at: at(0),
        expires_at: at(3_600),
        dialed_at: at(1),
        ringing_at: at(3),
        answered_at: at(5),
        ended_at: at(20),
        completed_at: at(20),
        duration_seconds: 15,
        price: "0.02",
        currency: "EUR",
        callback: {
          ...CALLBACK,
          state: "delivered",
          attempts: [
            { attempt: 1, at: at(21), outcome: "http_503", answer: 503, duration_ms: 40 },
            { attempt: 2, at: at(26), outcome: "http_200", answer: 200, duration_ms: 30 },
          ],
        },
      },
    });
  });

  it("shows an attempt without a time where it was recorded before there were times", async () => {
    const { attemptTimes, ...older } = { attemptTimes: undefined, ...over() };
    const { body } = await answerOf(await given(older).app.request(addressOf(TID)));
    expect(body.attempts).toEqual([
      { attempt: 1, matched: false },
      { attempt: 2, matched: true },
    ]);
  });

  it.each([
    ["timeout", "timeout"],
    ["ECONNREFUSED", "unreachable"],
    ["CERT_HAS_EXPIRED", "unreachable"],
    ["address_not_allowed", "unreachable"],
  ])("says of a delivery that ended in %s no more than %s", async (answer, word) => {
    const { app, fixture } = given();
    await fixture.deliveries.add(TID, { attempt: 1, at: at(21), answer, durationMs: 40 }, "pending");
    const { body } = await answerOf(await app.request(addressOf(TID)));
    expect(body.callback.attempts).toEqual([{ attempt: 1, at: at(21), outcome: word, answer: word, duration_ms: 40 }]);
  });

  it("says when its result is sent again, and nothing of that once it is parked", async () => {
    const { app, fixture } = given();
    const failed = { attempt: 1, at: at(21), answer: 503, durationMs: 40, nextAttemptAt: at(26) };
    await fixture.deliveries.add(TID, failed, "pending");
    expect((await answerOf(await app.request(addressOf(TID)))).body.callback.next_attempt_at).toBe(at(26));
    await fixture.deliveries.add(TID, { attempt: 2, at: at(26), answer: 410, durationMs: 40 }, "parked");
    expect((await answerOf(await app.request(addressOf(TID)))).body.callback).not.toHaveProperty("next_attempt_at");
  });

  it("shows where its result goes, and neither what the query says there nor a password", async () => {
    const { app, fixture } = given();
    const url = "https://user:canary-1@customer.example:8443/r?key=canary-2&canary-3&a=b=canary-4#canary-5";
    fixture.hold({ spec: spec({ callback: { url, method: "GET" } }), call: queued() });
    const { body } = await answerOf(await app.request(addressOf(TID)));
    expect(body.callback).toMatchObject({
      url: "https://customer.example:8443/r?key=***&***&a=***",
      method: "GET",
      receiver: "customer.example",
    });
    expect(JSON.stringify(body)).not.toContain("canary");
  });

  it("shows what the carrier was asked for and has not reported the end of, and nothing that it did not take", async () => {
    const dialsOf = async (call: ReturnType<typeof queued>) =>
      (await answerOf(await given(call).app.request(addressOf(TID)))).body.dials;
    expect(await dialsOf(dialed())).toEqual([{ at: at(1), uuid: UUID }]);
    expect(await dialsOf(after(queued(), claim(1, "t"), { type: "release_dial", token: "t" }))).toEqual([]);
    const busy = after(dialed(), report(3, { type: "leg", status: "busy" }));
    expect(await dialsOf(busy)).toEqual([{ at: at(1), uuid: UUID, ended_as: "busy" }]);
  });

  it("shows a call that waits to be dialed", async () => {
    const { app } = given();
    const { body } = await answerOf(await app.request(addressOf(TID)));
    expect(body).toEqual({
      tid: TID,
      to: TO,
      from: "447700900999",
      reference: "order 1",
      state: "queued",
      attempts: [],
      dials: [],
      accepted_at: at(0),
      expires_at: at(3_600),
      callback: { ...CALLBACK, state: "pending", attempts: [] },
    });
  });

  it.each([
    ["without a token", `/call/${TID}`],
    ["with a guess", addressOf(TID, "x".repeat(43))],
    ["with the token of another call", addressOf(TID, tokenFor("call", OTHER_TID))],
    ["with the token of a batch", addressOf(TID, tokenFor("batch", TID))],
    ["of a call that there is not", addressOf(OTHER_TID)],
  ])("%s shows nothing and cancels nothing", async (_, address) => {
    const { app, fixture } = given();
    for (const method of ["GET", "DELETE"])
      expect(await answerOf(await app.request(address, { method }))).toMatchObject(notFound);
    expect(await fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });
});

describe("a call that is deleted", () => {
  const remove = async ({ app }: ReturnType<typeof given>, more: RequestInit = {}) =>
    await answerOf(await app.request(addressOf(TID), { method: "DELETE", ...more }));

  it("is cancelled while it is queued, and its one result is announced", async () => {
    const api = given();
    const body = { tid: TID, state: "completed", status: "error", reason: "cancelled" };
    expect(await remove(api)).toEqual({ status: 200, type: "application/json", body });
    expect(api.fixture.bus.published).toEqual([
      {
        type: "call.completed",
        metadata: { id: `completed_${TID}`, version: 1, tid: TID, application_id: "app", time: at(0) },
        data: { to: MASKED, status: "error", reason: "cancelled", attempts: 0 },
      },
    ]);
    expect(await remove(api)).toMatchObject({ status: 200, body });
  });

  it("gets its result published later when the bus fails during the cancellation", async () => {
    const api = given();
    const { fixture } = api;
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(new Error("down"));
    expect(await remove(api)).toMatchObject({ status: 503 });
    const [timer, ...others] = fixture.timers.sent;
    expect(others).toEqual([]);
    fixture.clock.set(at(20));
    await timers(fixture)(timer as TimerMessage);
    expect(fixture.bus.published).toMatchObject([{ type: "call.completed", data: { reason: "cancelled" } }]);
  });

  it("is not cancelled when no timer can be set to publish its result", async () => {
    const api = given();
    vi.spyOn(api.fixture.timers, "send").mockRejectedValueOnce(new Error("down"));
    expect(await remove(api)).toMatchObject({ status: 503 });
    expect(await api.fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });

  it("is left alone while it is live, without its credential", async () => {
    const api = given(live());
    expect(await remove(api)).toMatchObject({ status: 409, body: { type: "urn:promptcall:problem:call_is_live" } });
    expect([api.fixture.carrier.hungUp, (await api.fixture.calls.state(TID))?.call]).toEqual([[], live()]);
  });

  it("is hung up while it is live, with its credential", async () => {
    const api = given(live());
    const hangingUp = { ...api.fixture.carrier, hangUp: async () => true };
    const asked: unknown[] = [];
    Object.assign(api.fixture.carrier, {
      hangUp: async (uuid: string, credential: string) => {
        asked.push([uuid, credential]);
        return await hangingUp.hangUp();
      },
    });
    const body = { tid: TID, state: "answered", hung_up: true };
    expect(await remove(api, bearer)).toEqual({ status: 202, type: "application/json", body });
    expect(asked).toEqual([[UUID, CREDENTIAL]]);
    expect((await api.fixture.calls.state(TID))?.call).toEqual(live());
  });

  it("is not hung up when the carrier has no room for that soon, and says so", async () => {
    const api = given(live());
    // It has proven itself before.
    await remove(api, bearer);
    expect(api.fixture.carrier.hungUp).toHaveLength(1);
    const untilMs = api.fixture.clock.now().getTime() + 60_000;
    for (let taken: number | undefined = 0; taken !== undefined; )
      taken = await api.fixture.rate.reserve("app:app", untilMs);
    expect(await remove(api, bearer)).toMatchObject({ status: 409, body: { state: "answered" } });
    expect(api.fixture.carrier.hungUp).toHaveLength(1);
  });

  it("keeps its result when it is completed", async () => {
    const api = given(over());
    expect(await remove(api, bearer)).toMatchObject({ status: 200, body: { state: "completed", status: "ok" } });
    expect(api.fixture.bus.published).toEqual([]);
  });

  it("is refused when the given credential is invalid", async () => {
    const api = given();
    expect(await remove(api, { headers: { authorization: "Bearer nonsense" } })).toMatchObject({ status: 401 });
    expect(await api.fixture.calls.state(TID)).toEqual({ call: queued(), version: 1 });
  });
});
