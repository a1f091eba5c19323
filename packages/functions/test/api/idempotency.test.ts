import { describe, expect, it, vi } from "vitest";
import { at, CREDENTIAL, epoch, jwt } from "../given.ts";
import { batch, post, rowsOf } from "./batch-given.ts";
import { apiFixture, json, PARAMETERS } from "./given.ts";

const KEY = { authorization: `Bearer ${CREDENTIAL}`, "idempotency-key": "order 1" };
const ONE = json(PARAMETERS, KEY);
const MANY = batch(rowsOf(5), {}, KEY);

type Api = ReturnType<typeof apiFixture>;
const send = async ({ app }: Api, request: RequestInit) => await app.request("/call", request);
const problemOf = async (response: Response) => [response.status, ((await response.json()) as { type: string }).type];
const CODES = "urn:promptcall:problem:";

/** What is dialed over these requests: calls at once, and batches in the loop. */
async function dialed({ fixture }: Api, owners = ["app:app"]): Promise<Set<string>> {
  const loops = await Promise.all(owners.map((owner) => fixture.loops.read(owner)));
  const calls = fixture.dial.sent.flatMap((sent) => (sent.type === "dial" ? [sent.tid] : []));
  return new Set([...calls, ...loops.flatMap(({ batches }) => Object.keys(batches))]);
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
    await vi.waitFor(() => expect(api.fixture.calls.add).toHaveBeenCalled());
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

  it("continues under the same ids after a crash before the answer", async () => {
    const api = apiFixture();
    const write = api.fixture.idempotency.write.bind(api.fixture.idempotency);
    const written = vi.spyOn(api.fixture.idempotency, "write");
    written.mockImplementation(async (name, version) => {
      if (version.record.isDone || version.record.leaseUntilMs === 0) throw new Error("died");
      return await write(name, version);
    });
    expect((await send(api, request)).status).toBe(503);
    written.mockImplementation(write);
    expect((await send(api, request)).status).toBe(409);
    api.fixture.clock.set(at(31));
    expect((await send(api, request)).status).toBe(202);
    expect(await dialed(api)).toHaveProperty("size", 1);
    expect(api.fixture.calls.records().specs).toHaveLength(request === ONE ? 1 : 5);
  });
});

describe("an idempotency key", () => {
  it.each([
    ["empty", ""],
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

  it("is stored with a hash of the request only", async () => {
    const api = apiFixture();
    await send(api, ONE);
    const kept = JSON.stringify(await api.fixture.idempotency.read({ applicationId: "app", key: "order 1" }));
    for (const secret of [PARAMETERS.pin_code, PARAMETERS.text, PARAMETERS.to, CREDENTIAL])
      expect(kept).not.toContain(secret);
  });
});
