import { randomBytes } from "node:crypto";
import { confidentialFrom } from "@promptcall/core/contracts/confidential";
import { describe, expect, it } from "vitest";
import { fakeSeal } from "../../testing/seal.ts";
import { KEYS } from "../given.ts";
import { BATCH_ID, batch, DEFAULTS, post, rowsOf } from "./batch-given.ts";
import { answerOf, apiFixture, form, json, PARAMETERS, rsaKey } from "./given.ts";

const OWN = ["own.example", "other.example:9443"];

async function withHosts(callbackHosts: readonly string[] | undefined = OWN) {
  const api = apiFixture();
  await api.fixture.applications.write("app", { seen: {}, next: { callbackHosts } as object });
  return api;
}

const faults = async (api: ReturnType<typeof apiFixture>, callback: string) => {
  const { status, body } = await answerOf(await api.app.request("/call", json({ ...PARAMETERS, callback })));
  return status === 202 ? [] : body.errors;
};

const WITH_PASSWORD = "https://user:pass%20word@customer.example/result?x=1";
const SECRET = `whsec_${randomBytes(32).toString("base64")}`;

/** All that is at rest or on its way after a request. */
const kept = ({ fixture }: ReturnType<typeof apiFixture>) =>
  JSON.stringify([
    fixture.calls.records(),
    fixture.dial.sent,
    fixture.bus.published,
    fixture.log.records,
    fixture.idempotency,
  ]);

async function opened(sealed: string | undefined, id: string) {
  return sealed === undefined ? undefined : confidentialFrom(await fakeSeal([KEYS.receiver]).open(sealed, id));
}

const specsOf = ({ fixture }: ReturnType<typeof apiFixture>) => fixture.calls.records().specs;

describe("what is given for a receiver alone", () => {
  it.each([
    ["JSON", json],
    ["a form", form],
  ])("in %s is sealed for its call, and nowhere in clear", async (_, request) => {
    const api = apiFixture();
    const asked = { ...PARAMETERS, callback: WITH_PASSWORD, callback_secret: SECRET };
    const answer = await answerOf(await api.app.request("/call", request(asked)));
    expect(answer.status).toBe(202);
    const [spec] = specsOf(api);
    expect(spec?.callback).toEqual({
      url: "https://customer.example/result?x=1",
      method: "POST",
      sealed: expect.any(String),
    });
    expect(await opened(spec?.callback.sealed, answer.body.tid)).toEqual({ basic: "user:pass word", secret: SECRET });
    for (const secret of ["pass word", "pass%20word", SECRET.slice(6)])
      expect(kept(api) + JSON.stringify(answer), secret).not.toContain(secret);
  });

  it("is nothing that is kept where nothing was given", async () => {
    const api = apiFixture();
    await api.app.request("/call", json(PARAMETERS));
    expect(specsOf(api)[0]?.callback).toEqual({ url: PARAMETERS.callback, method: "POST" });
  });

  it("is that of the row in a batch, or of the defaults, for each call and for the counts", async () => {
    const api = apiFixture();
    const own = `whsec_${randomBytes(24).toString("base64")}`;
    const rows = rowsOf(2).map((row, index) => (index === 0 ? { ...row, callback_secret: own } : row));
    const defaults = { ...DEFAULTS, callback: WITH_PASSWORD, callback_secret: SECRET };
    const request = batch(rows, { batch_callback: "https://all:x@customer.example/", defaults });
    expect((await post(api, request)).status).toBe(202);
    const given = await Promise.all(specsOf(api).map(({ callback, tid }) => opened(callback.sealed, tid)));
    expect(given).toEqual([own, SECRET].map((secret) => ({ basic: "user:pass word", secret })));
    const { callbackUrl, sealedCallback } = (await api.fixture.batches.find(BATCH_ID)) ?? {};
    expect(callbackUrl).toBe("https://customer.example/");
    expect(await opened(sealedCallback, BATCH_ID)).toEqual({ basic: "all:x", secret: SECRET });
  });
});

describe("a receiver that is called by GET", () => {
  const refused = async (callback: string, callback_method: string) => {
    const api = apiFixture();
    const { status, body } = await answerOf(
      await api.app.request("/call", json({ ...PARAMETERS, callback, callback_method })),
    );
    return status === 202 ? [] : body.errors;
  };
  const error = {
    field: "callback",
    wrong: expect.any(String),
    expected:
      "for GET a URL without any parameter of the result: tid, to, status, reason, not_redialed, choice, digits, reference",
  };

  it.each(["tid", "to", "status", "reason", "reference", "Status", "status[]", "%73tatus"])(
    "is refused where its own query has %s, and taken for POST",
    async (name) => {
      const callback = `https://customer.example/result?own=1&${name}=ok`;
      expect(await refused(callback, "GET")).toEqual([error]);
      expect(await refused(callback, "get")).toEqual([error]);
      expect(await refused(callback, "POST")).toEqual([]);
    },
  );

  it("is taken with any other parameter", async () => {
    expect(await refused("https://customer.example/result?own=1&my_tid=2", "GET")).toEqual([]);
  });
});

describe("an application that has named the hosts of its receivers", () => {
  const elsewhere = {
    field: "callback",
    wrong: "is at another host",
    expected: "a host that the application's callback_hosts name",
  };

  it("has results sent there, at a port of its own where it names one", async () => {
    const api = await withHosts();
    expect(await faults(api, "https://own.example/result")).toEqual([]);
    expect(await faults(api, "https://other.example:9443/result")).toEqual([]);
  });

  it.each(["https://customer.example/", "https://sub.own.example/", "https://own.example.evil.example/"])(
    "has none sent to %s, and nothing of such a request is kept",
    async (callback) => {
      const api = await withHosts();
      expect(await faults(api, callback)).toEqual([elsewhere]);
      expect([specsOf(api), api.fixture.dial.sent]).toEqual([[], []]);
    },
  );

  it("has other rows of a batch accepted, and the counts sent to no other host", async () => {
    const api = await withHosts();
    const rows = rowsOf(2).map((row, index) => (index === 0 ? { ...row, callback: "https://own.example/" } : row));
    const { status, body } = await post(api, batch(rows));
    expect([status, body.count, body.rejected]).toEqual([202, 1, [{ index: 1, errors: [elsewhere] }]]);
    const counts = await post(api, batch(rows, { batch_callback: "https://customer.example/" }));
    expect([counts.status, counts.body.errors]).toEqual([400, [{ ...elsewhere, field: "batch_callback" }]]);
  });

  it("tells a stranger nothing of them", async () => {
    const api = await withHosts();
    const { applications } = api.fixture;
    const seen = await applications.read("app");
    await applications.write("app", { seen, next: { ...seen, publicKeys: [{ pem: rsaKey(2048).publicKey }] } });
    const asked = ["https://own.example/", "https://customer.example/", "https://other.example:9443/"];
    const answers = asked.map((callback) => api.app.request("/call", json({ ...PARAMETERS, callback })));
    const contents = await Promise.all((await Promise.all(answers)).map(answerOf));
    expect(new Set(contents.map((answer) => JSON.stringify(answer)))).toHaveProperty("size", 1);
    expect(contents[0]?.status).toBe(401);
  });
});

describe("an application that has named no host", () => {
  it("has a port of its own at none", async () => {
    const wrong = { field: "callback", wrong: "has another port", expected: "one of the ports 80, 443, 8080, 8443" };
    expect(await faults(apiFixture(), "https://other.example:9443/result")).toEqual([wrong]);
  });
});

describe("a receiver that is no address", () => {
  it.each(["GET", "POST"])("is told of as such where results are to come by %s", async (callback_method) => {
    const api = apiFixture();
    for (const callback of ["0", "customer.example/result", "http://", "javascript:alert(1)"]) {
      const sent = json({ ...PARAMETERS, callback, callback_method });
      const { status, body } = await answerOf(await api.app.request("/call", sent));
      expect([callback, status, body.errors?.map(({ field }: { field: string }) => field)]).toEqual([
        callback,
        400,
        ["callback"],
      ]);
    }
    expect(specsOf(api)).toEqual([]);
  });
});
