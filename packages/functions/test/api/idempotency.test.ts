import { createHash } from "node:crypto";
import { isWordless } from "@promptcall/core/call/erasure";
import { describe, expect, it, vi } from "vitest";
import { apiApp } from "../../src/api/app.ts";
import { requests } from "../../testing/requests.ts";
import { at, CREDENTIAL, epoch, jwt, KEYS } from "../given.ts";
import { batch, post, rowsOf } from "./batch-given.ts";
import { apiFixture, json, PARAMETERS } from "./given.ts";

const KEY = { authorization: `Bearer ${CREDENTIAL}`, "idempotency-key": "order 1" };
const ONE = json(PARAMETERS, KEY);
const MANY = batch(rowsOf(5), {}, KEY);

type Api = Omit<ReturnType<typeof apiFixture>, "handler">;
const send = async ({ app }: Api, request: RequestInit) => await app.request("/call", request);
const problemOf = async (response: Response) => [response.status, ((await response.json()) as { type: string }).type];
const LASTING = `Bearer ${jwt({ application_id: "app", iat: epoch(0), exp: epoch(9_000) })}`;
const CODES = "urn:promptcall:problem:";

/** What is dialed over these requests: calls at once, and batches in the loop. */
async function dialed({ fixture }: Api, owners = ["app:app"]): Promise<Set<string>> {
  const loops = await Promise.all(owners.map((owner) => fixture.loops.read(owner)));
  const calls = fixture.dial.sent.flatMap((sent) => (sent.type === "dial" ? [sent.tid] : []));
  return new Set([...calls, ...loops.flatMap(({ batches }) => Object.keys(batches))]);
}

/** Requests that die when all is done but for the answer, until what is returned is called, and their lease is over. */
function dyingBeforeAnswer({ fixture }: Api): () => void {
  const write = fixture.idempotency.write.bind(fixture.idempotency);
  const written = vi.spyOn(fixture.idempotency, "write");
  written.mockImplementation(async (name, version) => {
    if (version.record.isDone || version.record.leaseUntilMs === 0) throw new Error("died");
    return await write(name, version);
  });
  return () => {
    written.mockImplementation(write);
    fixture.clock.set(at(31));
  };
}

describe.each([
  ["a call", ONE],
  ["a batch", MANY],
])("%s that is sent twice under one key", (_, request) => {
  it("is accepted once, and answered the same", async () => {
    const api = apiFixture();
    const answers = [await send(api, request), await send(api, request)];
    const [first, second] = await Promise.all(answers.map((answer) => answer.json()));
    expect(second).toEqual(first);
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers.map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, "true"]);
    expect(await dialed(api)).toHaveProperty("size", 1);
  });

  it("is accepted twice when a day has passed", async () => {
    const api = apiFixture();
    await send(api, request);
    api.fixture.clock.set(at(24 * 3_600 + 1));
    const lasting = jwt({ application_id: "app", iat: epoch(150_000), exp: epoch(200_000) });
    const again = { ...request, headers: { ...request.headers, authorization: `Bearer ${lasting}` } };
    expect((await send(api, again)).headers.get("idempotent-replayed")).toBeNull();
    expect(await dialed(api)).toHaveProperty("size", 2);
  });

  it("is refused the second time when it says something else", async () => {
    const api = apiFixture();
    await send(api, request);
    const other = { ...request, body: String(request.body).replace("Thank you", "Thanks") };
    expect(await problemOf(await send(api, other))).toEqual([422, `${CODES}idempotency_key_reused`]);
    expect(await dialed(api)).toHaveProperty("size", 1);
  });

  it("is another request for another application", async () => {
    const api = apiFixture();
    await send(api, request);
    const theirs = jwt({ application_id: "other", iat: epoch(0), exp: epoch(900) });
    const other = { ...request, headers: { ...request.headers, authorization: `Bearer ${theirs}` } };
    expect((await send(api, other)).headers.get("idempotent-replayed")).toBeNull();
    expect(await dialed(api, ["app:app", "app:other"])).toHaveProperty("size", 2);
  });

  it("is answered 409 while the first is being carried out", async () => {
    const api = apiFixture();
    const added = Promise.withResolvers<void>();
    vi.spyOn(api.fixture.calls, "add").mockReturnValueOnce(added.promise);
    const first = send(api, request);
    await vi.waitFor(() => expect(api.fixture.calls.add).toHaveBeenCalled(), 15_000);
    const second = await send(api, request);
    expect([second.headers.get("retry-after"), ...(await problemOf(second))]).toEqual([
      "30",
      409,
      `${CODES}in_progress`,
    ]);
    added.resolve();
    expect((await first).status).toBe(202);
  });

  it.each([
    ["before it is decided", (api: Api) => vi.spyOn(api.fixture.loops, "read")],
    ["before there is room for it", (api: Api) => vi.spyOn(api.fixture.loops, "write")],
    ["before it is on record", (api: Api) => vi.spyOn(api.fixture.calls, "add")],
    ["before it is queued", (api: Api) => vi.spyOn(api.fixture.dial, "send")],
  ])("goes on where it failed %s, and doubles nothing", async (_when, failing) => {
    const api = apiFixture();
    failing(api).mockRejectedValueOnce(new Error("down") as never);
    expect((await send(api, request)).status).toBe(503);
    api.fixture.clock.set(at(5));
    expect((await send(api, request)).status).toBe(202);
    expect(await dialed(api)).toHaveProperty("size", 1);
    const { specs } = api.fixture.calls.records();
    expect(new Set(specs.map(({ tid }) => tid)).size).toBe(request === ONE ? 1 : 5);
  });

  it("brings back no words of calls that were over before it was repeated", async () => {
    const api = apiFixture();
    const { calls } = api.fixture;
    const revive = dyingBeforeAnswer(api);
    expect((await send(api, request)).status).toBe(503);
    for (const { tid } of calls.records().specs) await calls.eraseWords(tid);
    revive();
    expect((await send(api, request)).status).toBe(202);
    expect(calls.records().specs.filter((spec) => !isWordless(spec))).toEqual([]);
  });

  it("continues under the same ids after a crash before the answer", async () => {
    const api = apiFixture();
    const revive = dyingBeforeAnswer(api);
    expect((await send(api, request)).status).toBe(503);
    expect((await send(api, request)).status).toBe(409);
    revive();
    expect((await send(api, request)).status).toBe(202);
    expect(await dialed(api)).toHaveProperty("size", 1);
    expect(api.fixture.calls.records().specs).toHaveLength(request === ONE ? 1 : 5);
  });
});

describe("a batch that is sent twice without a key", () => {
  const { "idempotency-key": _, ...without } = KEY;
  const keyless = (top = {}) => batch(rowsOf(5), top, without);

  it("is accepted once within the hour, and answered the same", async () => {
    const api = apiFixture();
    const first = await send(api, keyless());
    api.fixture.clock.set(at(3_599));
    const again = { ...keyless(), headers: { ...without, "content-type": "application/json", authorization: LASTING } };
    const second = await send(api, again);
    expect(await second.json()).toEqual(await first.json());
    expect(second.headers.get("idempotent-replayed")).toBe("true");
    expect(await dialed(api)).toHaveProperty("size", 1);
  });

  it("is accepted once while our keys rotate in between", async () => {
    const { fixture, app } = apiFixture();
    const first = await app.request("/call", keyless());
    const rotated = requests(apiApp({ ...fixture, pinKeys: [new Uint8Array(32).fill(9), KEYS.pin] }));
    const second = await rotated.request("/call", keyless());
    expect(await second.json()).toEqual(await first.json());
    expect(await dialed({ fixture, app })).toHaveProperty("size", 1);
  });

  it("is accepted again after an hour", async () => {
    const api = apiFixture();
    const lasting = batch(rowsOf(5), {}, { ...without, authorization: LASTING });
    await send(api, lasting);
    api.fixture.clock.set(at(3_601));
    expect((await send(api, lasting)).headers.get("idempotent-replayed")).toBeNull();
    expect(await dialed(api)).toHaveProperty("size", 2);
  });

  it.each(["as a field", "in the query"])("is done once more where it says so %s", async (where) => {
    const api = apiFixture();
    const request = where === "as a field" ? keyless({ repeat: true }) : keyless();
    const path = where === "as a field" ? "/call" : "/call?repeat=true";
    for (let time = 0; time < 2; time += 1)
      expect((await api.app.request(path, request)).headers.get("idempotent-replayed")).toBeNull();
    expect(await dialed(api)).toHaveProperty("size", 2);
  });

  it("is another one with another row, another query, or for another application", async () => {
    const api = apiFixture();
    await send(api, keyless());
    const other = jwt({ application_id: "other", iat: epoch(0), exp: epoch(900) });
    const answers = [
      await send(api, batch(rowsOf(6), {}, without)),
      await api.app.request("/call?expires_in=1800", keyless()),
      await send(api, batch(rowsOf(5), {}, { authorization: `Bearer ${other}` })),
    ];
    expect(answers.map(({ headers }) => headers.get("idempotent-replayed"))).toEqual([null, null, null]);
    expect(await dialed(api, ["app:app", "app:other"])).toHaveProperty("size", 4);
  });

  it("is not held by a key that a customer chose", async () => {
    const api = apiFixture();
    await send(api, MANY);
    expect((await send(api, keyless())).headers.get("idempotent-replayed")).toBeNull();
  });
});

describe("a request is another one under the same key", () => {
  it.each<[string, string, RequestInit]>([
    ["with another query", "/call?expires_in=60", ONE],
    ["with another path", "/call?", { ...ONE, body: `${ONE.body} ` }],
    [
      "in another encoding",
      "/call",
      { ...ONE, headers: { ...ONE.headers, "content-type": "application/json; charset=windows-1252" } },
    ],
  ])("%s", async (_, path, request) => {
    const api = apiFixture();
    await send(api, ONE);
    expect(await problemOf(await api.app.request(path, request))).toEqual([422, `${CODES}idempotency_key_reused`]);
  });
});

describe.each([
  ["a call", ONE],
  ["a batch", MANY],
])("%s that was begun and is repeated when it can no longer be dialed", (_, request) => {
  it("is refused with that reason, and nobody is called", async () => {
    const api = apiFixture();
    vi.spyOn(api.fixture.calls, "add").mockRejectedValueOnce(new Error("down"));
    expect((await send(api, request)).status).toBe(503);
    api.fixture.clock.set(at(3_601));
    const late = { ...request, headers: { ...request.headers, authorization: LASTING } };
    expect(await problemOf(await send(api, late))).toEqual([409, `${CODES}no_longer_dialed`]);
    expect(api.fixture.calls.records().specs).toEqual([]);
    expect(api.fixture.dial.sent).toEqual([]);
  });
});

describe("an idempotency key", () => {
  it("that comes twice is that key", async () => {
    const api = apiFixture();
    await send(api, ONE);
    const twice = json(PARAMETERS, { ...KEY, "idempotency-key": "order 1,order 1" });
    expect((await send(api, twice)).headers.get("idempotent-replayed")).toBe("true");
  });

  it.each([
    ["empty", ""],
    ["another in each of its headers", "order 1, order 2"],
    ["empty in each of its headers", ", "],
    ["longer than 255 characters", "k".repeat(256)],
  ])("that is %s is refused", async (_, key) => {
    const api = apiFixture();
    const answer = await post(api, json(PARAMETERS, { ...KEY, "idempotency-key": key }));
    expect(answer).toMatchObject({ status: 400, body: { type: `${CODES}invalid_idempotency_key` } });
    expect(api.fixture.dial.sent).toEqual([]);
  });

  it("is not used up by an invalid request, or one that is too late", async () => {
    const api = apiFixture();
    const seen = await api.fixture.loops.read("app:app");
    await api.fixture.loops.write("app:app", { seen, next: { ...seen, version: 1, departures: -3_000 } });
    expect((await send(api, json({ ...PARAMETERS, to: "nobody" }, KEY))).status).toBe(400);
    expect((await send(api, ONE)).status).toBe(429);
    api.fixture.clock.set(at(2_000));
    const waited = await api.fixture.loops.read("app:app");
    await api.fixture.loops.write("app:app", { seen: waited, next: { ...waited, version: 2, departures: 0 } });
    const lasting = jwt({ application_id: "app", exp: epoch(9_000) });
    const other = json({ ...PARAMETERS, text: "Another" }, { ...KEY, authorization: `Bearer ${lasting}` });
    expect((await send(api, other)).status).toBe(202);
  });

  it("is known again when the key of its hash was replaced, and when it was hashed without one", async () => {
    const api = apiFixture();
    await send(api, ONE);
    const rotated = requests(apiApp({ ...api.fixture, pinKeys: [new Uint8Array(32).fill(9), KEYS.pin] }));
    expect((await rotated.request("/call", ONE)).headers.get("idempotent-replayed")).toBe("true");

    const name = { applicationId: "app", key: "order 1" };
    const { record, revision } = (await api.fixture.idempotency.read(name)) ?? expect.fail();
    const { hashKeyId: _, ...rest } = record;
    const hash = createHash("sha256").update(String(ONE.body)).digest("base64url");
    await api.fixture.idempotency.write(name, { record: { ...rest, hash }, revision });
    expect((await send(api, ONE)).headers.get("idempotent-replayed")).toBe("true");
  });

  it("is stored with a hash of the request only", async () => {
    const api = apiFixture();
    await send(api, ONE);
    const kept = JSON.stringify(await api.fixture.idempotency.read({ applicationId: "app", key: "order 1" }));
    for (const secret of [PARAMETERS.pin_code, PARAMETERS.text, PARAMETERS.to, CREDENTIAL])
      expect(kept).not.toContain(secret);
    // Whoever has the table and knows the rest of it cannot try out its PIN.
    const plain = createHash("sha256").update(String(ONE.body)).digest("base64url");
    expect(kept).not.toContain(plain);
  });
});
