import { describe, expect, it } from "vitest";
import { at } from "../given.ts";
import { accepted, DEFAULTS, numberAt, post, refused, text } from "./batch-given.ts";
import { apiFixture } from "./given.ts";

const { from, text: prompt, pin_code, callback } = DEFAULTS;
const FIELDS = { from, text: prompt, pin_code, callback };
const header = ["to", ...Object.keys(FIELDS)];
const csv = (...lines: string[]) => text([header.join(","), ...lines].join("\n"), "text/csv; charset=utf-8");
const line = (index: number, changes: Partial<typeof FIELDS> = {}) =>
  [numberAt(index), ...Object.values({ ...FIELDS, ...changes })].join(",");
const ndjson = (...lines: unknown[]) =>
  text(lines.map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"), "application/x-ndjson");
const two = accepted([0, 1].map((index) => ({ index, to: numberAt(index) })));
const texts = ({ fixture }: ReturnType<typeof apiFixture>) => fixture.calls.records().specs.map((spec) => spec.text);

describe("a batch as CSV", () => {
  it("has its fields named in the first line, and one call in each other", async () => {
    const api = apiFixture();
    expect(await post(api, csv(line(0), line(1)))).toEqual(two);
    expect(texts(api)).toEqual([prompt, prompt]);
    expect(api.fixture.calls.records().specs).toMatchObject(
      [FIELDS, FIELDS].map(({ from }) => ({ from, pinLength: 4 })),
    );
  });

  it("may come from a spreadsheet: with a byte order mark, CRLF, quotes and empty lines", async () => {
    const api = apiFixture();
    const lines = [header.join(","), line(0, { text: '"Hello, ""Anna""\nyour PIN, please"' }), "", line(1), ""];
    expect(await post(api, text(`\uFEFF${lines.join("\r\n")}`, "text/csv"))).toEqual(two);
    expect(texts(api)).toEqual(['Hello, "Anna"\nyour PIN, please', prompt]);
  });

  it("treats an empty cell as absent, and rejects a row that needs it", async () => {
    const api = apiFixture();
    const lines = ["to,from,text,pin_code,callback,bye_text,reference"];
    lines.push(`${line(0)},,`, `${line(1)},Thank you,second`, `${line(2, { from: "" })},,`);
    const missing = {
      field: "from",
      wrong: "is missing",
      expected: "an E.164 number of your account, 7 to 15 digits, with or without +",
    };
    const [first, second] = two.body.accepted;
    expect(await post(api, text(lines.join("\n"), "text/csv"))).toEqual({
      ...two,
      body: {
        ...two.body,
        accepted: [first, { ...second, reference: "second" }],
        rejected: [{ index: 2, errors: [missing] }],
        rejected_count: 1,
      },
    });
    const [one, other] = api.fixture.calls.records().specs;
    expect([one?.byeText, other?.byeText]).toEqual([undefined, "Thank you"]);
  });

  it("may ask for machine detection per call, and names a wrong value's field", async () => {
    const api = apiFixture();
    const lines = ["to,from,text,pin_code,callback,machine_detection"];
    lines.push(`${line(0)},hangup`, `${line(1)},`, `${line(2)},off`, `${line(3)},yes`);
    const answer = await post(api, text(lines.join("\n"), "text/csv"));
    const expected = "off, continue or hangup";
    const error = { field: "machine_detection", wrong: `must be ${expected}`, expected };
    expect(answer).toMatchObject({ body: { rejected: [{ index: 3, errors: [error] }] } });
    const detections = api.fixture.calls.records().specs.map(({ machineDetection }) => machineDetection);
    expect(detections).toEqual(["hangup", undefined, undefined]);
  });

  it("takes options for all calls from the query", async () => {
    const api = apiFixture();
    const query = `?send_at=${at(60)}&expires_in=120&atomic=true`;
    expect(await post(api, csv(line(0), line(1)), query)).toMatchObject({ body: { first_dial_at: at(60) } });
    expect(api.fixture.calls.records().specs.map(({ expiresAt }) => expiresAt)).toEqual([at(180), at(180)]);
    const refusal = await post(apiFixture(), csv(line(0), line(1, { from: "x" })), query);
    expect(refusal).toMatchObject({ status: 400, body: { rejected: [{ index: 1 }] } });
  });

  it("is refused for a quote that is not closed, without a word of what is in it", async () => {
    const [row, why] = [`"${line(0)}`, "CSV_QUOTE_NOT_CLOSED, line 2"];
    const api = apiFixture();
    const detail = `The body is not CSV with a header row: ${why}.`;
    expect(await post(api, csv(row))).toEqual(refused(400, "Bad Request", "invalid_csv", { detail }));
    expect(api.fixture.dial.sent).toEqual([]);
  });

  it.each([
    ["nothing", ""],
    ["a header alone", header.join(",")],
  ])("of %s is empty", async (_, body) => {
    expect(await post(apiFixture(), text(body, "text/csv"))).toEqual(
      refused(400, "Bad Request", "empty_batch", { detail: "There are no calls in the request." }),
    );
  });
});

describe("a batch as NDJSON", () => {
  const rows = [0, 1].map((index) => ({ to: numberAt(index), ...FIELDS }));

  it.each(["application/x-ndjson", "application/jsonl"])("has one call in each line: %s", async (type) => {
    const body = `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;
    expect(await post(apiFixture(), text(body, type))).toEqual(two);
  });

  it("may begin with options for all calls, which take precedence over the query", async () => {
    const api = apiFixture();
    const top = { defaults: FIELDS, expires_in: 60 };
    const answer = await post(
      api,
      ndjson(top, { to: numberAt(0) }, { to: numberAt(1), text: "Hello" }),
      "?expires_in=9",
    );
    expect(answer).toEqual(two);
    expect(texts(api)).toEqual([prompt, "Hello"]);
    expect(api.fixture.calls.records().specs.map(({ expiresAt }) => expiresAt)).toEqual([at(60), at(60)]);
  });

  it("rejects a line that is not a JSON call, by its index", async () => {
    const object = {
      field: "(the row)",
      wrong: "must be an object with the parameters",
      expected: "an object with the parameters",
    };
    const rejected = [1, 2].map((index) => ({ index, errors: [object] }));
    expect(await post(apiFixture(), ndjson({ ...rows[0] }, "{", 4711))).toEqual(
      accepted([{ index: 0, to: numberAt(0) }], { rejected }),
    );
  });

  it.each(["", "\n\n", JSON.stringify({ defaults: FIELDS })])("without calls is empty: %j", async (body) => {
    expect(await post(apiFixture(), ndjson(body))).toMatchObject({
      body: { status: 400, type: "urn:promptcall:problem:empty_batch" },
    });
  });

  it("of more than 10,000 calls is refused", async () => {
    expect(await post(apiFixture(), ndjson(...new Array(10_001).fill({})))).toEqual(
      refused(413, "Content Too Large", "body_too_large", {
        detail: "Send at most 10000 calls in one request; these are 10001.",
      }),
    );
  });
});
