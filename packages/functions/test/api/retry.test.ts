import { describe, expect, it } from "vitest";
import { at, CREDENTIAL, jwt, TID } from "../given.ts";
import { wrong } from "./expected.ts";
import { answerOf, apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

const WISH = { retry_times: "2", retry_after: "60", retry_on: "busy, hung_up" };
const RETRY = { times: 2, afterSeconds: 60, on: ["busy", "hung_up"] };
const USUAL = { times: 1, afterSeconds: 300, on: ["busy", "unanswered", "timeout", "unavailable"] };

async function accepted(request: RequestInit) {
  const api = apiFixture();
  const answer = await answerOf(await api.app.request("/call", request));
  expect(answer).toMatchObject({ status: 202 });
  return { ...api, specs: api.fixture.calls.records().specs };
}

async function refusal(fields: object) {
  const { app, fixture } = apiFixture();
  const answer = await answerOf(await app.request("/call", json(fields)));
  expect(fixture.calls.records()).toEqual({ specs: [], states: [] });
  return answer;
}

describe("whether a person may be called again", () => {
  it("is not so where nobody asks for it, or for none", async () => {
    for (const fields of [PARAMETERS, { ...PARAMETERS, retry_times: 0, retry_on: "busy" }]) {
      const { specs } = await accepted(json(fields));
      expect(specs[0]).not.toHaveProperty("retry");
      expect(specs[0]).not.toHaveProperty("sealedCredential");
    }
  });

  it("is the same as a form and as JSON, with numbers and a list too", async () => {
    for (const request of [
      form({ ...PARAMETERS, ...WISH }),
      json({ ...PARAMETERS, ...WISH }),
      json({ ...PARAMETERS, retry_times: 2, retry_after: 60, retry_on: ["busy", "hung_up"] }),
    ])
      expect((await accepted(request)).specs).toMatchObject([{ retry: RETRY }]);
  });

  it("has defaults of its own", async () => {
    expect((await accepted(json({ ...PARAMETERS, retry_times: 1 }))).specs).toMatchObject([{ retry: USUAL }]);
  });

  it("lasts no longer than the call, and no longer than its credential", async () => {
    // The fixture's credential ends after 15 minutes.
    const { specs } = await accepted(json({ ...PARAMETERS, ...WISH }));
    expect(specs).toMatchObject([{ retry: { until: at(900) } }]);
    const shorter = await accepted(json({ ...PARAMETERS, ...WISH, expires_in: 600 }));
    expect(shorter.specs).toMatchObject([{ retry: { until: at(600) } }]);
  });

  it("has a single call keep its credential, sealed and bound to it, and a batch as before", async () => {
    const { specs, fixture } = await accepted(json({ ...PARAMETERS, ...WISH }));
    const [{ tid = TID, sealedCredential = "" } = {}] = specs;
    expect(sealedCredential).not.toContain(CREDENTIAL);
    expect(await fixture.seal.open(sealedCredential, tid)).toBe(CREDENTIAL);
    const { to, ...defaults } = { ...PARAMETERS, ...WISH };
    const batch = await accepted(json({ defaults, calls: [{ to }, { to, retry_times: 0 }] }));
    expect(batch.specs).toMatchObject([{ retry: RETRY }, {}]);
    expect(batch.specs[1]).not.toHaveProperty("retry");
    for (const spec of batch.specs) expect(spec).not.toHaveProperty("sealedCredential");
    const id = batch.specs[0]?.batch?.id ?? "";
    expect(await batch.fixture.batches.find(id)).toMatchObject({ holds: true });
  });

  it("is a column of a table", async () => {
    const columns = { ...PARAMETERS, ...WISH, retry_on: '"busy,hung_up"' };
    const body = `${Object.keys(columns).join(",")}\n${Object.values(columns).join(",")}\n`;
    const headers = { ...BEARER, "content-type": "text/csv" };
    expect((await accepted({ method: "POST", headers, body })).specs).toMatchObject([{ retry: RETRY }]);
  });

  const WORDS =
    "some of busy, unanswered, timeout, unavailable, declined, rejected, failed, cannot_route, machine, hung_up";
  it.each<[string, unknown, string]>([
    ["retry_times", 6, "0 to 5"],
    ["retry_times", -1, "0 to 5"],
    ["retry_after", 9, "10 to 43200 seconds"],
    ["retry_after", 43_201, "10 to 43200 seconds"],
    ["retry_on", "busy, dial_unknown", WORDS],
    ["retry_on", ["invalid_number"], WORDS],
    ["retry_on", { busy: true }, WORDS],
  ])("has a limit for %s: not %j", async (field, value, expected) => {
    const answer = await refusal({ ...PARAMETERS, retry_times: 2, [field]: value });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ field, wrong: `must be ${expected}`, expected }] });
  });

  it("is not told by an empty list", async () => {
    const answer = await refusal({ ...PARAMETERS, retry_times: 2, retry_on: [] });
    expect(answer).toEqual(wrong(["retry_on", "is empty", WORDS]));
  });

  it.each<[string, object, [field: string, wrong: string, expected: string]]>([
    [
      "when, and not how often",
      { retry_after: 60 },
      ["retry_times", "is missing", "0 to 5 where retry_after or retry_on is given, 0 for a call that is not retried"],
    ],
    [
      "after what, and not how often",
      { retry_on: "busy" },
      ["retry_times", "is missing", "0 to 5 where retry_after or retry_on is given, 0 for a call that is not retried"],
    ],
    [
      "a time at which the call has expired",
      { retry_times: 1, retry_after: 600, expires_in: 600 },
      ["retry_after", "is no less than expires_in", "less than 600 s, or a longer expires_in"],
    ],
    [
      "nothing, and the usual time is too long for the call",
      { retry_times: 1, expires_in: 60 },
      ["retry_after", "is 300 s without it, and no less than expires_in", "less than 60 s, or a longer expires_in"],
    ],
  ])("may not say %s", async (_, fields, error) => {
    expect(await refusal({ ...PARAMETERS, ...fields })).toEqual(wrong(error));
  });
});

describe("what calls may cost that may be dialed again", () => {
  const priceOf = async (fields: object) => {
    const { app } = apiFixture();
    const headers = { authorization: `Bearer ${jwt({ application_id: "app", exp: Date.parse(at(900)) / 1_000 })}` };
    const request = json({ ...PARAMETERS, dry_run: true, ...fields });
    const answer = await answerOf(
      await app.request("/call", { ...request, headers: { ...request.headers, ...headers } }),
    );
    expect(answer.status).toBe(200);
    return Number(answer.body.price);
  };

  it("is that of one dial where the others were not answered, and else that of all", async () => {
    const once = await priceOf({});
    expect(await priceOf({ retry_times: 2 })).toBe(once);
    expect(await priceOf({ retry_times: 2, retry_on: "busy,hung_up" })).toBeCloseTo(3 * once, 4);
  });
});
