import { webhookUrl } from "@promptcall/core/security/webhook-address";
import { describe, expect, it } from "vitest";
import { BASE_URL, KEYS, PIN, TID } from "../given.ts";
import { altered, answerOf, posted, webhookFixture } from "./given.ts";

const addressOf = (purpose: Parameters<typeof webhookUrl>[0]["purpose"]) =>
  webhookUrl({ baseUrl: BASE_URL, key: KEYS.webhook, tid: TID, purpose });
const status = (dial: number, batchId?: string) =>
  addressOf({ kind: "status", of: { applicationId: "app", batchId }, dial });
const digits = (dial: number, attempt = 1) => addressOf({ kind: "digits", attempt, dial });

const keyed = (dtmf: string) => posted({ dtmf: { digits: dtmf, timed_out: false } });

describe("a webhook of one of several dials", () => {
  it("says on the bus of which one it is", async () => {
    const { app, fixture } = await webhookFixture();
    expect((await app.request(status(1), posted({ status: "busy", uuid: "uuid-1" }))).status).toBe(204);
    expect((await app.request(status(2, "batch"), posted({ status: "busy", uuid: "uuid-2" }))).status).toBe(204);
    expect((await app.request(digits(2), keyed(PIN))).status).toBe(200);
    expect(fixture.bus.published).toMatchObject([
      { type: "call.status", data: { status: "busy", dial: 1 } },
      { type: "call.status", metadata: { batch_id: "batch" }, data: { status: "busy", dial: 2 } },
      { type: "call.digits", data: { attempt: 1, matched: true, dial: 2 } },
    ]);
  });

  it("is answered with the address of the same dial's next attempt", async () => {
    const { app } = await webhookFixture();
    const { body } = await answerOf(await app.request(digits(2), keyed("0000")));
    expect(body.at(-1).eventUrl).toEqual([digits(2, 2)]);
  });

  it.each(["3", "02", "2e0"])("is refused under another number: %s", async (other) => {
    const { app, fixture } = await webhookFixture();
    for (const url of [status(2), digits(2)])
      expect((await app.request(altered(url, "2", other), posted({ status: "busy" }))).status).toBe(401);
    expect(fixture.bus.published).toEqual([]);
  });

  it("is not of a call with one dial alone, and the other way round", async () => {
    const { app } = await webhookFixture();
    const without = status(2).replace("/dial/2", "");
    expect((await app.request(without, posted({ status: "busy" }))).status).toBe(401);
    const once = addressOf({ kind: "status", of: { applicationId: "app" } });
    const added = once.replace("/status/", "/dial/1/status/");
    expect((await app.request(added, posted({ status: "busy" }))).status).toBe(401);
  });
});
