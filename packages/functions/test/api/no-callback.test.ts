import { CallCompleted } from "@promptcall/core/contracts/completed-event";
import { describe, expect, it } from "vitest";
import { dispatcher } from "../../src/dispatcher/deliver.ts";
import { at, KEYS } from "../given.ts";
import { answerOf, apiFixture, BEARER, json, PARAMETERS } from "./given.ts";

/** A call whose request named no receiver. */
async function given(without: Record<string, unknown> = { callback: undefined }) {
  const { app, fixture } = apiFixture();
  const { body } = await answerOf(await app.request("/call", json({ ...PARAMETERS, ...without })));
  const address = (query = "") => `/call/${body.tid}${query}${new URL(body.status_url).search}`;
  const get = async () => (await answerOf(await app.request(address()))).body;
  const cancel = () => app.request(address(), { method: "DELETE" });
  return { app, fixture, tid: String(body.tid), address, get, cancel };
}

describe("a call without a callback", () => {
  it.each([[{ callback: undefined }], [{ callback: "" }], [{ callback: null, callback_method: "GET" }]])(
    "(%j) is accepted, and says that there is none",
    async (without) => {
      const { get } = await given(without);
      expect(await get()).toMatchObject({ state: "queued", callback: { state: "none", attempts: [] } });
    },
  );

  it("has its result in its status and on the bus, where it says that nobody is sent it", async () => {
    const { fixture, get, cancel } = await given();
    await cancel();
    expect(await get()).toMatchObject({ status: "error", reason: "cancelled", callback: { state: "none" } });
    const [event] = fixture.bus.published.filter(({ type }) => type === "call.completed");
    expect(CallCompleted.parse(event).data).toMatchObject({ reason: "cancelled", callback: "none" });
  });

  it("has nothing to replay", async () => {
    const { app, fixture, cancel, tid } = await given();
    await cancel();
    const answer = await app.request(`/call/${tid}/replay`, { method: "POST", headers: BEARER });
    expect(await answerOf(answer)).toMatchObject({ status: 409, body: { type: "urn:promptcall:problem:no_callback" } });
    expect(fixture.callbacks.sent).toEqual([]);
  });

  it("is sent nowhere, though a message asks for it", async () => {
    const { fixture, cancel, tid } = await given();
    await cancel();
    const deliver = dispatcher({ ...fixture, keys: [KEYS.callback], settings: fixture.settings.callback });
    expect(await deliver({ v: 1, type: "callback", tid, attempt: 1 })).toMatchObject({ event: "callback.unwanted" });
    expect([fixture.sender.requests, await fixture.deliveries.read(tid)]).toEqual([
      [],
      { attempts: [], state: "pending" },
    ]);
  });

  it("is found in lists by that, and belongs to no receiver", async () => {
    const { app, tid } = await given();
    await app.request("/call", json(PARAMETERS));
    const listed = async (query: string) => {
      const { body } = await answerOf(await app.request(`/calls?${query}`, { headers: BEARER }));
      return body.data.map((call: { tid: string }) => call.tid === tid);
    };
    expect(await listed("callback_state=none")).toEqual([true]);
    expect(await listed("callback_state=pending")).toEqual([false]);
    expect((await listed("")).toSorted()).toEqual([false, true]);
  });

  it("may be one of a batch whose others have one", async () => {
    const { app, fixture } = apiFixture();
    const { callback, ...defaults } = PARAMETERS;
    const calls = [{ callback }, {}];
    const { status, body } = await answerOf(await app.request("/call", json({ defaults, calls })));
    expect([status, body.count]).toEqual([202, 2]);
    const tids = body.accepted.map(({ tid }: { tid: string }) => tid);
    const specs = await Promise.all(tids.map((tid: string) => fixture.calls.spec(tid)));
    expect(specs.map((spec) => spec?.callback.url)).toEqual([callback, ""]);
    expect(specs.map((spec) => spec?.acceptedAt)).toEqual([at(0), at(0)]);
  });
});
