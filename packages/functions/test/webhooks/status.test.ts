import { LEG_STATUSES } from "@promptcall/core/contracts/leg-status";
import { describe, expect, it, vi } from "vitest";
import { webhooksApp } from "../../src/webhooks/app.ts";
import { idOf } from "../../testing/random.ts";
import { requests } from "../../testing/requests.ts";
import { at, OTHER_TID, spec, TID } from "../given.ts";
import { altered, answerOf, digitsUrl, oldStatusUrl, posted, problem, statusUrl, webhookFixture } from "./given.ts";

/** What the carrier sends with every status. */
const payload = {
  headers: {},
  from: "447700900999",
  to: "447700900001",
  uuid: "u",
  conversation_uuid: "CON-c",
  direction: "outbound",
  timestamp: "2020-01-01T00:00:00.000Z",
};

const statusEvent = (data: object) => ({
  type: "call.status",
  metadata: { id: idOf(1), version: 1, tid: TID, application_id: "app", time: at(5) },
  data,
});

const nothing = { status: 204, body: "" };

describe("a status of the carrier", () => {
  it.each(LEG_STATUSES)("(%s) is published with the time it arrived", async (status) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(statusUrl(), posted({ ...payload, status })))).toEqual(nothing);
    expect(fixture.bus.published).toEqual([statusEvent({ status, uuid: "u" })]);
    expect(fixture.log.records).toEqual([{ event: "webhook.status", tid: TID, status }]);
  });

  it.each(["started", "ringing", "answered", "human", "busy", "completed"] as const)(
    "(%s), is published and logged only if anything follows from it, unless events are verbose",
    async (status) => {
      const { fixture } = await webhookFixture();
      const app = requests(webhooksApp({ ...fixture, verboseEvents: false }));
      expect(await answerOf(await app.request(statusUrl(), posted({ ...payload, status })))).toEqual(nothing);
      expect([fixture.bus.published, fixture.log.records]).toEqual(
        ["busy", "completed"].includes(status)
          ? [[statusEvent({ status, uuid: "u" })], [{ event: "webhook.status", tid: TID, status }]]
          : [[], []],
      );
    },
  );

  it("is published with duration, price, rate and network, and without a number", async () => {
    const { app, fixture } = await webhookFixture();
    const summary = { duration: "7", price: "0.00052500", rate: "0.00450000", network: "23420", start_time: null };
    await app.request(statusUrl(), posted({ ...payload, ...summary, status: "completed" }));
    expect(fixture.bus.published).toEqual([
      statusEvent({
        status: "completed",
        uuid: "u",
        duration_seconds: 7,
        price: "0.00052500",
        rate: "0.00450000",
        network: "23420",
      }),
    ]);
  });

  it("is published with the answer time from the call's end", async () => {
    const { app, fixture } = await webhookFixture();
    for (const start_time of ["2026-01-01T12:00:02.000Z", "2026-01-01 12:00:02Z", "soon"])
      await app.request(statusUrl(), posted({ ...payload, status: "completed", start_time }));
    expect(fixture.bus.published.map(({ data }) => data)).toEqual([
      { status: "completed", uuid: "u", answered_at: at(2) },
      { status: "completed", uuid: "u", answered_at: at(2) },
      { status: "completed", uuid: "u" },
    ]);
  });

  it("is published without null fields", async () => {
    const { app, fixture } = await webhookFixture();
    const nulls = { duration: null, price: null, detail: null };
    await app.request(statusUrl(), posted({ ...payload, ...nulls, status: "answered" }));
    expect(fixture.bus.published).toEqual([statusEvent({ status: "answered", uuid: "u" })]);
  });

  it("is published with its detail", async () => {
    const { app, fixture } = await webhookFixture();
    await app.request(statusUrl(), posted({ ...payload, status: "failed", detail: "cannot_route" }));
    expect(fixture.bus.published).toEqual([statusEvent({ status: "failed", uuid: "u", detail: "cannot_route" })]);
  });

  it("accepts an id of letters and digits instead of a UUID", async () => {
    const { app, fixture } = await webhookFixture();
    await app.request(statusUrl(), posted({ ...payload, uuid: "0A0000000123ABCD1", status: "completed" }));
    expect(fixture.bus.published).toEqual([statusEvent({ status: "completed", uuid: "0A0000000123ABCD1" })]);
  });

  const of = { applicationId: "app", batchId: "batch-1" };
  it.each([
    ["that its address names, which is all that is looked at", statusUrl(TID, of), 0],
    ["on record, by an address from before they named it", oldStatusUrl(), 1],
  ])("is published with application and batch %s", async (_, url, reads) => {
    const { app, fixture } = await webhookFixture({ spec: spec({ batch: { id: "batch-1", index: 0 } }) });
    const read = vi.spyOn(fixture.calls, "spec");
    expect(await answerOf(await app.request(url, posted({ ...payload, status: "busy" })))).toEqual(nothing);
    expect(fixture.bus.published).toMatchObject([{ metadata: { application_id: "app", batch_id: "batch-1" } }]);
    expect(read).toHaveBeenCalledTimes(reads);
  });

  it("accepts call_uuid from machine detection", async () => {
    const { app, fixture } = await webhookFixture();
    await app.request(statusUrl(), posted({ status: "machine", call_uuid: "m", sub_state: "beep_start" }));
    expect(fixture.bus.published).toEqual([statusEvent({ status: "machine", uuid: "m" })]);
  });

  it("of a beep is answered with what is to be left on the machine", async () => {
    const { app, fixture } = await webhookFixture({ spec: spec({ beepText: "Please call back" }) });
    const beep = (sub_state?: string) => posted({ status: "machine", call_uuid: "m", sub_state });
    expect(await answerOf(await app.request(statusUrl(), beep("beep_start")))).toMatchObject({
      status: 200,
      body: [{ action: "talk", text: "Please call back" }],
    });
    for (const other of [undefined, "beep_timeout"])
      expect(await answerOf(await app.request(statusUrl(), beep(other)))).toEqual(nothing);
    expect(fixture.bus.published).toMatchObject(Array(3).fill({ data: { status: "machine" } }));
    expect(JSON.stringify([fixture.bus.published, fixture.log.records])).not.toContain("call back");
  });

  it.each([
    ["a length that is no number", { duration: "PT7S" }],
    ["a price that is no text", { price: 0.01 }],
    ["a detail that is no text", { detail: { code: 1 } }],
    ["a name that is null", { uuid: null, call_uuid: "u" }],
    ["a name that is a path", { uuid: "../v2/applications", call_uuid: "u" }],
    ["a name that is too long", { uuid: "u".repeat(65), call_uuid: "u" }],
    ["a length below nothing", { duration: "-3" }],
    ["an endless length", { duration: "Infinity" }],
    ["a length in another notation", { duration: "0x1f" }],
    ["a length that is empty", { duration: "" }],
    ["a price below nothing", { price: "-0.01" }],
    ["a price that is a text", { price: "free" }],
    ["a rate that is no amount", { rate: "1e9" }],
    ["a network that is a number of somebody", { network: "+447700900000" }],
    ["a network that is a sentence", { network: "the usual one" }],
    ["a detail that is a sentence", { detail: "Call me back" }],
    ["a time of long ago", { start_time: "1970-01-01T00:00:00.000Z" }],
    ["a time that never comes", { start_time: "+275760-09-13T00:00:00.000Z" }],
  ])("is announced all the same with %s: an end must not be missed for that", async (_, odd) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(statusUrl(), posted({ ...payload, ...odd, status: "completed" })))).toEqual(
      nothing,
    );
    expect(fixture.bus.published).toEqual([statusEvent({ status: "completed", uuid: "u" })]);
  });

  it("is accepted as the query of a GET", async () => {
    const { app, fixture } = await webhookFixture();
    const query = new URLSearchParams({ status: "completed", uuid: "u", duration: "7", price: "0.01", headers: "{}" });
    expect(await answerOf(await app.request(`${statusUrl()}?${query}`))).toEqual(nothing);
    expect(fixture.bus.published).toEqual([
      statusEvent({ status: "completed", uuid: "u", duration_seconds: 7, price: "0.01" }),
    ]);
  });
});

describe("an error that the carrier met in what it was to say", () => {
  const error = {
    reason: `Syntax error in NCCO. Invalid value 4711: "Please enter your PIN" in action talk`,
    conversation_uuid: "CON-c",
    timestamp: "2020-01-01T00:00:00.000Z",
  };

  it.each([true, false])(
    "is published and logged without the texts of the call (verbose events: %s)",
    async (verbose) => {
      const { fixture } = await webhookFixture();
      const app = requests(webhooksApp({ ...fixture, verboseEvents: verbose }));
      expect(await answerOf(await app.request(statusUrl(), posted(error)))).toEqual(nothing);
      expect(fixture.bus.published).toEqual([statusEvent({ status: "answered", detail: "script_error" })]);
      const why = "Syntax error in NCCO. Invalid value #: …";
      expect(fixture.log.records).toEqual([
        { event: "webhook.status", tid: TID, status: "answered", detail: "script_error", why },
      ]);
    },
  );
});

describe("an event this service has no use for", () => {
  it.each([
    ["another status", { ...payload, status: "levitating" }],
    ["no status", { ...payload, type: "transfer" }],
    ["no JSON", "{"],
    ["nothing", ""],
  ])("(%s) is answered as if it were wanted, so that the carrier does not send it again", async (_, body) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(statusUrl(), posted(body)))).toEqual(nothing);
    expect(fixture.bus.published).toEqual([]);
    expect(fixture.log.records).toEqual([{ event: "webhook.ignored", tid: TID }]);
  });
});

describe("an address for a status", () => {
  const token = statusUrl().split("/").at(-1) ?? "";
  it.each([
    ["of another call", altered(statusUrl(), TID, OTHER_TID)],
    ["of no call", altered(statusUrl(), TID, "x")],
    ["with another token", altered(statusUrl(), token, "A".repeat(43))],
    ["of another application", altered(statusUrl(), "app", "other")],
    ["of no application", statusUrl().replace("/app/", "/")],
    ["of a batch", statusUrl().replace("/app/", "/app/batch-1/")],
    ["with the token of an attempt", altered(statusUrl(), token, digitsUrl(1).split("/").at(-1) ?? "")],
  ])("%s is refused as forged, and nothing is published", async (_, url) => {
    const { app, fixture } = await webhookFixture();
    expect(await answerOf(await app.request(url, posted({ ...payload, status: "completed" })))).toEqual(
      problem(401, "Unauthorized", "forged_webhook", "The token in this address is not the one that was given for it."),
    );
    expect(fixture.bus.published).toEqual([]);
    expect(fixture.log.records).toEqual([{ event: "webhook.forged" }]);
  });

  it("that names no application, and is of an unknown call, is answered 404", async () => {
    const { app } = await webhookFixture();
    expect(
      await answerOf(await app.request(oldStatusUrl(OTHER_TID), posted({ ...payload, status: "ringing" }))),
    ).toEqual(problem(404, "Not Found", "unknown_call", "The call is no longer on record."));
  });

  it.each(["/", "/calls", `/calls/${TID}`, `/calls/${TID}/status`])("is not %s", async (path) => {
    const { app } = await webhookFixture();
    expect(await answerOf(await app.request(path, posted(payload)))).toEqual(
      problem(404, "Not Found", "unknown_path", "There is nothing at this path."),
    );
  });

  it.each(["HEAD", "PUT", "DELETE"])("is not asked with %s, and nothing is published", async (method) => {
    const { app, fixture } = await webhookFixture();
    expect((await app.request(`${statusUrl()}?status=completed`, { method })).status).toBe(404);
    expect(fixture.bus.published).toEqual([]);
  });

  it("answers under the id of the request, which a refusal names, too", async () => {
    const { app } = await webhookFixture();
    const gateway = { requestContext: { requestId: "r1" } };
    const taken = await app.request(statusUrl(), posted({ ...payload, status: "busy" }), gateway);
    const refused = await app.request("/calls", posted({}), gateway);
    expect([taken, refused].map(({ headers }) => headers.get("x-request-id"))).toEqual(["r1", "r1"]);
    expect(await refused.json()).toMatchObject({ status: 404, request_id: "r1" });
  });

  it("answers 503 when the bus is down", async () => {
    const { app, fixture } = await webhookFixture();
    const down = new Error("down");
    vi.spyOn(fixture.bus, "publish").mockRejectedValueOnce(down);
    expect(await answerOf(await app.request(statusUrl(), posted({ ...payload, status: "completed" })))).toEqual(
      problem(503, "Service Unavailable", "unavailable", "Try again."),
    );
    expect(fixture.log.failures).toEqual([{ event: "webhook.failed", error: down, tid: TID }]);
  });
});
