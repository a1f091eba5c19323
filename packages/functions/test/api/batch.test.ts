import { STEP_MS } from "@promptcall/core/dialing/loop";
import { pinHash } from "@promptcall/core/security/pin";
import { describe, expect, it, vi } from "vitest";
import { at, CREDENTIAL, epoch, jwt, KEYS, PIN, spec } from "../given.ts";
import { accepted, BATCH_ID, batch, DEFAULTS, numberAt, post, refused, rowsOf, tidAt } from "./batch-given.ts";
import { EXPECTED } from "./expected.ts";
import { apiFixture, json, PARAMETERS } from "./given.ts";

const LASTING = jwt({ application_id: "app", exp: epoch(86_400) });
const wrongNumber = { field: "to", wrong: `must be ${EXPECTED.TO}`, expected: EXPECTED.TO };
const nothingKept = ({ fixture }: ReturnType<typeof apiFixture>) => {
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  expect([fixture.dial.sent, fixture.bus.published]).toEqual([[], []]);
};

describe("a batch of calls", () => {
  it("is stored, and queued as one message, without publishing events", async () => {
    const api = apiFixture();
    const { fixture } = api;
    const calls = rowsOf(5);
    expect(await post(api, batch(calls))).toEqual(
      accepted(
        calls.map(({ to }, index) => ({ index, to })),
        { last: new Date(Date.parse(at(0)) + STEP_MS).toISOString() },
      ),
    );
    expect(fixture.calls.records().specs).toEqual(
      calls.map(({ to }, index) => {
        const tid = tidAt(index);
        const pin = pinHash({ key: KEYS.pin, tid, pin: PIN });
        return spec({
          tid,
          to,
          pinHash: pin,
          expiresAt: at(3_600),
          destination: "447",
          batch: { id: BATCH_ID, index },
        });
      }),
    );
    const record = await fixture.batches.find(BATCH_ID);
    expect(record).toEqual({
      id: BATCH_ID,
      applicationId: "app",
      count: 5,
      acceptedAt: at(0),
      firstDialAt: at(0),
      lastDialAt: new Date(Date.parse(at(0)) + STEP_MS).toISOString(),
      owner: "app:app",
      expiresAt: at(900),
      sealedCredential: expect.any(String),
    });
    expect(await fixture.seal.open(record?.sealedCredential ?? "", BATCH_ID)).toBe(CREDENTIAL);
    const [startMs, expiryMs] = [Date.parse(at(0)), Date.parse(at(900))];
    expect(await fixture.loops.read("app:app")).toMatchObject({
      dueMs: startMs,
      batches: { [BATCH_ID]: { from: 0, count: 5, startMs, expiryMs } },
    });
    // The watchdog, and the first step.
    expect(fixture.dial.sent.map((sent) => sent.type === "tick" && sent.n)).toEqual([-1, 0]);
    expect(fixture.bus.published).toEqual([]);
    expect(fixture.log.records).toEqual([{ event: "batch.accepted", batch_id: BATCH_ID, accepted: 5 }]);
  });

  it("merges each row with the defaults", async () => {
    const api = apiFixture();
    const row = { to: numberAt(0), text: "Hello", pin_code: "90210", callback_method: "GET", reference: "first" };
    await post(api, batch([row, { to: numberAt(1) }]));
    expect(api.fixture.calls.records().specs).toMatchObject([
      { text: "Hello", pinLength: 5, callback: { method: "GET" }, reference: "first" },
      { text: DEFAULTS.text, pinLength: 4, callback: { method: "POST" } },
    ]);
  });

  it("needs no defaults when its rows are complete", async () => {
    const api = apiFixture();
    expect(await post(api, json({ calls: [PARAMETERS] }))).toEqual(accepted([{ index: 0, to: PARAMETERS.to }]));
  });

  it("stores no PIN, and credentials only sealed", async () => {
    const api = apiFixture();
    await post(api, batch(rowsOf(3).map((row) => ({ ...row, pin_code: "90210", text: "Hello" }))));
    const { calls, dial, bus, log, batches } = api.fixture;
    const record = await batches.find(BATCH_ID);
    const kept = JSON.stringify([calls.records(), dial.sent, bus.published, log.records, record]);
    for (const secret of ["90210", ...CREDENTIAL.split(".")]) expect(kept).not.toContain(secret);
  });

  it("marks a number that it dials twice", async () => {
    const api = apiFixture();
    const [one, other] = [numberAt(1), numberAt(2)];
    const rows = [one, other, one.slice(1), one].map((to) => ({ to }));
    expect(await post(api, batch(rows))).toMatchObject({
      body: {
        accepted: [
          { index: 0, tid: tidAt(0), to: one },
          { index: 1, tid: tidAt(1), to: other },
          { index: 2, tid: tidAt(2), to: one.slice(1), repeated_to: true },
          { index: 3, tid: tidAt(3), to: one, repeated_to: true },
        ],
      },
    });
    expect(api.fixture.calls.records().specs).toHaveLength(4);
  });

  it.each(["batches", "calls"] as const)("is not accepted when its %s cannot be written", async (port) => {
    const api = apiFixture();
    vi.spyOn(api.fixture[port], "add").mockRejectedValueOnce(new Error("down"));
    expect(await post(api, batch(rowsOf(2)))).toMatchObject({ status: 503 });
    expect(api.fixture.dial.sent).toEqual([]);
  });
});

describe("rows that are wrong", () => {
  const rejected = [{ index: 1, errors: [wrongNumber] }];

  it("are rejected by their index in the request; the others are accepted", async () => {
    const api = apiFixture();
    const calls = [{ to: numberAt(0) }, { to: "nobody" }, { to: numberAt(2) }];
    const two = [
      { index: 0, to: numberAt(0) },
      { index: 2, to: numberAt(2) },
    ];
    expect(await post(api, batch(calls))).toEqual(accepted(two, { rejected }));
    expect(api.fixture.calls.records().specs.map(({ tid, batch: place }) => [tid, place])).toEqual([
      [tidAt(0), { id: BATCH_ID, index: 0 }],
      [tidAt(1), { id: BATCH_ID, index: 2, place: 1 }],
    ]);
    expect((await api.fixture.loops.read("app:app")).batches[BATCH_ID]).toMatchObject({ from: 0, count: 2 });
  });

  it.each([true, "true", "1"])("refuse the whole batch when it is atomic: %j", async (atomic) => {
    const api = apiFixture();
    const detail = "1 call(s) are wrong. Nothing was accepted.";
    expect(await post(api, batch([{ to: numberAt(0) }, { to: "nobody" }], { atomic }))).toEqual(
      refused(400, "Bad Request", "invalid_request", { detail, rejected, rejected_count: 1 }),
    );
    nothingKept(api);
  });

  it("refuse the batch when there are no others", async () => {
    const api = apiFixture();
    const object = {
      field: "(the row)",
      wrong: "must be an object with the parameters",
      expected: "an object with the parameters",
    };
    const rows = [1, null, [], "to"].map((_, index) => ({ index, errors: [object] }));
    const detail = "Every call is wrong. Nothing was accepted.";
    expect(await post(api, batch([1, null, [], "to"]))).toEqual(
      refused(400, "Bad Request", "invalid_request", { detail, rejected: rows, rejected_count: 4 }),
    );
    nothingKept(api);
  });

  it.each([
    ["expires_in", 60],
    ["send_at", at(60)],
  ])("are those that name a time of their own: %s", async (field, value) => {
    const api = apiFixture();
    const expected = "the same for the whole batch, beside `calls` or in `defaults`";
    expect(await post(api, batch([{ to: numberAt(0) }, { to: numberAt(1), [field]: value }]))).toEqual(
      accepted([{ index: 0, to: numberAt(0) }], {
        rejected: [{ index: 1, errors: [{ field, wrong: "is given for one call", expected }] }],
      }),
    );
  });

  it("are those without a reference, or with that of another, where references are to be unique", async () => {
    const api = apiFixture();
    const rows = ["a", "b", "a", undefined].map((reference, index) => ({ to: numberAt(index), reference }));
    const unique = { wrong: "is that of a call before", expected: "one that is unique in the batch" };
    const missing = { wrong: "is missing", expected: "one for each call, since they are to be unique" };
    expect(await post(api, batch(rows, { unique_references: true }))).toEqual(
      accepted(
        [
          { index: 0, to: numberAt(0), reference: "a" },
          { index: 1, to: numberAt(1), reference: "b" },
        ],
        {
          rejected: [
            { index: 2, errors: [{ field: "reference", ...unique }] },
            { index: 3, errors: [{ field: "reference", ...missing }] },
          ],
        },
      ),
    );
  });
});

describe("a batch that cannot be taken", () => {
  it.each<[string, object, unknown[], object]>([
    ["without calls", {}, [], { status: 400, code: "empty_batch" }],
    ["with more than 10,000 calls", {}, new Array(10_001).fill({}), { status: 413, code: "body_too_large" }],
    ["with an option that is none", { atomic: "perhaps" }, [{}], { errors: ["atomic"] }],
    ["with defaults that are none", { defaults: [] }, [{}], { errors: ["defaults"] }],
    ["with a time that is none", { send_at: "tomorrow", expires_in: 0 }, [{}], { errors: ["expires_in", "send_at"] }],
  ])("%s is refused as a whole", async (_, top, calls, expected) => {
    const api = apiFixture();
    const { body } = await post(api, batch(calls, top));
    const { status, type, errors } = body as { status: number; type: string; errors?: { field: string }[] };
    expect({ status, code: type.split(":").at(-1), errors: errors?.map(({ field }) => field) }).toEqual({
      status: 400,
      code: "invalid_request",
      ...expected,
    });
    nothingKept(api);
  });

  it("for being larger than 4.5 MB is refused", async () => {
    const api = apiFixture();
    expect(await post(api, batch([{ to: "t".repeat(4_500_000) }]))).toEqual(
      refused(413, "Content Too Large", "body_too_large", { detail: "Send at most 4.5 MB." }),
    );
    nothingKept(api);
  });

  it("for its calls being no list is refused", async () => {
    const api = apiFixture();
    expect(await post(api, json({ calls: { to: numberAt(0) } }))).toEqual(
      refused(400, "Bad Request", "invalid_json", { detail: "`calls` is not a list." }),
    );
    nothingKept(api);
  });

  it("may be of 10,000 calls, and of 64 kB and more", async () => {
    const api = apiFixture();
    const { body } = await post(
      api,
      batch(rowsOf(10_000), { expires_in: 86_400 }, { authorization: `Bearer ${LASTING}` }),
    );
    expect((body as { accepted: unknown[] }).accepted).toHaveLength(10_000);
    expect((await api.fixture.loops.read("app:app")).batches[BATCH_ID]).toMatchObject({ from: 0, count: 10_000 });
  });
});
