import { callIdOf } from "@promptcall/core/call/batch";
import { callbackRequest, callbackSecret } from "@promptcall/core/callbacks/callback-request";
import { resultContent } from "@promptcall/core/callbacks/result";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it } from "vitest";
import { type ApiPorts, apiApp } from "../../src/api/app.ts";
import document from "../../src/api/openapi/openapi.json" with { type: "json" };
import { deliverableOf } from "../../src/dispatcher/deliverable.ts";
import { scriptedCarrier, UUID } from "../../testing/scripted-carrier.ts";
import { after, at, claim, KEYS, queued, report, spec, TID, TO } from "../given.ts";
import { batch, rowsOf } from "./batch-given.ts";
import { expectSchema, OPERATIONS } from "./conforming.ts";
import { apiFixture, BEARER, conforming, form, json, PARAMETERS } from "./given.ts";

const ID = "7b241101-e2bb-4255-8caf-4136c566a962";
const live = () => after(queued(), claim(1), report(2, { type: "dialed", uuid: UUID }));
const over = () =>
  after(live(), report(3, { type: "leg", status: "busy" }), report(4, { type: "leg", status: "completed" }));

/** An api that keeps what it has answered: each operation with its status. */
function noting(changes: Partial<ApiPorts> = {}) {
  const { fixture } = apiFixture();
  const answered: string[] = [];
  const app = conforming(apiApp({ ...fixture, ...changes }), { onAnswer: (what) => answered.push(what) });
  return { fixture, app, answered };
}

describe("every operation of the OpenAPI document", () => {
  const CALL = `/call/${TID}?token=${statusToken({ kind: "call", id: TID, key: KEYS.status })}`;

  async function ofCalls() {
    const answered: string[] = [];
    for (const call of [queued(), live(), over()]) {
      const api = noting({ carrier: { ...scriptedCarrier(), hangUp: async () => true } });
      api.fixture.hold({ spec: spec(), call });
      await api.app.request(CALL);
      for (const headers of [{ authorization: "Bearer nonsense" }, {}, BEARER])
        await api.app.request(CALL, { method: "DELETE", headers });
      answered.push(...api.answered);
    }
    return answered;
  }

  async function ofRequests() {
    const { app, answered } = noting();
    await app.request("/call", form(PARAMETERS));
    await app.request("/call", form({ ...PARAMETERS, dry_run: "true" }));
    await app.request("/call", json({ ...PARAMETERS, to: "1" }));
    const accepted = await app.request("/call", batch([...rowsOf(3), { to: "1" }]));
    const { status_url } = (await accepted.json()) as { status_url: string };
    const address = new URL(status_url);
    const under = (more: string, query = "") => `${address.pathname}${more}${address.search}${query}`;
    for (const format of ["json", "ndjson", "csv", "xml"])
      await app.request(under("/results", `&format=${format}&limit=2`));
    for (const more of ["/pause", "/resume"]) await app.request(under(more), { method: "POST" });
    await app.request(under(""));
    await app.request(under(""), { method: "DELETE" });
    for (const more of ["/pause", "/resume"]) await app.request(under(more), { method: "POST" });
    for (const more of ["", "/results"]) await app.request(`/batch/${ID}${more}`);
    await app.request(`/batch/${ID}`, { method: "DELETE" });
    await app.request(`/call/${ID}`);
    return answered;
  }

  async function ofLists() {
    const { app, fixture, answered } = noting();
    fixture.hold({ spec: spec(), call: over() });
    await app.request("/call", batch(rowsOf(3)));
    const replay = CALL.replace("?", "/replay?");
    await app.request(replay, { method: "POST" });
    await fixture.deliveries.add(TID, { attempt: 1, at: at(9), answer: 503, durationMs: 1 }, "parked");
    await app.request(replay, { method: "POST" });
    for (const [method, path] of LISTS) {
      await app.request(path, { method });
      const body = method === "PUT" ? { body: "{}" } : {};
      await app.request(path, { method, headers: { ...BEARER, "content-type": "application/json" }, ...body });
    }
    return answered;
  }
  const LISTS = [
    ["GET", "/calls?limit=2"],
    ["GET", "/batches"],
    ["POST", "/calls/replay?limit=1"],
    ["GET", "/application"],
    ["PUT", "/application"],
  ] as const;

  async function ofTheService() {
    const well = noting();
    const ill = noting({ parts: { table: () => Promise.reject(new Error("down")) } });
    for (const { app } of [well, ill]) for (const path of ["/setup", "/health"]) await app.request(path);
    for (const path of ["/openapi.json", "/asyncapi.json"]) await well.app.request(path);
    return [...well.answered, ...ill.answered];
  }

  async function ofTheOldDoor() {
    const { app, answered } = noting();
    const ill = noting({ oldAccounts: { open: () => Promise.reject(new Error("down")) } });
    const fields = new URLSearchParams({ api_key: "key", api_secret: "secret" });
    for (const path of ["/tts-prompt/json", "/tts/json"])
      for (const api of [app, ill.app]) {
        await api.request(`${path}?${fields}`);
        await api.request(path, { method: "POST", body: fields });
      }
    return [...answered, ...ill.answered];
  }

  it("answers as it says: each kind of success, and at least one problem", async () => {
    const answered = new Set([
      ...(await ofCalls()),
      ...(await ofRequests()),
      ...(await ofLists()),
      ...(await ofTheService()),
      ...(await ofTheOldDoor()),
    ]);
    const missing = OPERATIONS.flatMap(({ operationId, statuses }) => {
      const [good, bad] = [statuses.filter((status) => status < "300"), statuses.filter((status) => status >= "400")];
      const given = (status: string) => answered.has(`${operationId} ${status}`);
      const isUnhurt = bad.length > 0 && !bad.some(given);
      return [...good.filter((status) => !given(status)), ...(isUnhurt ? ["a problem"] : [])].map(
        (status) => `${operationId} ${status}`,
      );
    });
    expect(missing).toEqual([]);
  });
});

describe("what is sent to a customer is what the OpenAPI document says:", () => {
  const { callback, batch_callback } = document.webhooks;
  const secrets = [callbackSecret({ key: KEYS.callback, applicationId: "app" })];
  const signed = { secrets, now: new Date(at(60)) };

  function expectHeaders(parameters: readonly { in: string; name: string; schema: object }[], headers: object) {
    const given: Readonly<Record<string, unknown>> = { ...headers };
    const said = parameters.filter((parameter) => parameter.in === "header");
    for (const { name, schema } of said) expectSchema(given[name], { schema, what: name });
    expect(Object.keys(given).filter((name) => name.startsWith("webhook-"))).toEqual(said.map(({ name }) => name));
  }

  const content = resultContent({
    tid: TID,
    to: TO,
    outcome: { status: "error", reason: "busy" },
    reference: "order 1",
  });

  it("a result as a form", () => {
    const request = callbackRequest({ callback: spec().callback, content, ...signed });
    expectHeaders(callback.post.parameters, request.headers);
    const { schema } = callback.post.requestBody.content["application/x-www-form-urlencoded"];
    expectSchema(Object.fromEntries(new URLSearchParams(request.body)), { schema, what: "the form" });
  });

  it("a result as a query", () => {
    const answered = resultContent({ tid: TID, to: TO, outcome: { status: "ok", choice: "yes" }, digits: "0123" });
    const notRedialed = resultContent({
      tid: TID,
      to: TO,
      outcome: { status: "error", reason: "busy", notRedialed: "credential_rejected" },
    });
    const said = callback.get.parameters.filter((parameter) => parameter.in === "query");
    const sent = new Set<string>();
    for (const one of [content, answered, notRedialed]) {
      const request = callbackRequest({ callback: { ...spec().callback, method: "GET" }, content: one, ...signed });
      expectHeaders(callback.get.parameters, request.headers);
      const given = Object.fromEntries(new URL(request.url).searchParams);
      for (const name of Object.keys(given)) {
        const { schema } = said.find((parameter) => parameter.name === name) ?? {};
        expectSchema(given[name], { schema: schema ?? {}, what: name });
        sent.add(name);
      }
    }
    expect([...sent].sort()).toEqual(said.map(({ name }) => name).sort());
  });

  it("the counts of a batch", async () => {
    const { fixture } = apiFixture();
    const tid = callIdOf({ batchId: ID, index: 0 });
    const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(2), expiresAt: at(3_600) };
    await fixture.batches.add({
      id: ID,
      applicationId: "app",
      count: 1,
      callbackUrl: "https://customer.example",
      ...times,
    });
    fixture.hold({ spec: spec({ tid, batch: { id: ID, index: 0 } }), call: { ...over(), tid, batchId: ID } });
    const deliverable = await deliverableOf({ kind: "batch", id: ID }, fixture);
    if (deliverable === undefined) throw new Error("nothing is delivered");
    const request = callbackRequest({ ...deliverable, ...signed });
    expectHeaders(batch_callback.post.parameters, request.headers);
    const { schema } = batch_callback.post.requestBody.content["application/json"];
    expectSchema(JSON.parse(request.body ?? ""), { schema, what: "the counts" });
  });
});
