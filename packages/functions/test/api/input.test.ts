import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { DEFAULTS, numberAt, post, text } from "./batch-given.ts";
import { apiFixture, BEARER, form, json, PARAMETERS } from "./given.ts";

const CODES = "urn:promptcall:problem:";
const { from, text: prompt, pin_code, callback } = DEFAULTS;
const { to } = PARAMETERS;
const FIELDS = { to, from, text: prompt, pin_code, callback };
const specs = ({ fixture }: ReturnType<typeof apiFixture>) => fixture.calls.records().specs;

/** What one request becomes: its answer, and the calls that are on record after it. */
async function sent(request: RequestInit, query = "") {
  const api = apiFixture();
  const answer = await post(api, request, query);
  return { ...answer, code: String(answer.body.type).replace(CODES, ""), specs: specs(api) };
}

describe("the same parameters", () => {
  const all = {
    ...FIELDS,
    callback_method: "get",
    bye_text: "Bye",
    failed_text: "No",
    reference: "r",
    machine_detection: "hangup",
  };
  const names = Object.keys(all);
  const csv = [names.join(","), Object.values(all).join(",")].join("\n");
  it.each<[string, RequestInit, string?]>([
    ["fields of JSON", json(all)],
    ["fields of a form", form(all)],
    ["columns of CSV", text(csv, "text/csv")],
    ["fields of a line", text(JSON.stringify(all), "application/x-ndjson")],
    ["fields of a call in a list", json({ calls: [all] })],
    ["defaults of a batch", json({ defaults: all, calls: [{}] })],
    ["defaults of lines", text(`${JSON.stringify({ defaults: all })}\n{}`, "application/x-ndjson")],
    [
      "defaults in the query",
      text(`pin_code\n${pin_code}`, "text/csv"),
      `?${new URLSearchParams(Object.fromEntries(Object.entries(all).filter(([name]) => name !== "pin_code")))}`,
    ],
  ])("are the same call as %s", async (_, request, query) => {
    const answer = await sent(request, query);
    expect(answer.status).toBe(202);
    expect(answer.specs).toEqual([
      expect.objectContaining({
        to,
        from,
        text: prompt,
        byeText: "Bye",
        failedText: "No",
        reference: "r",
        machineDetection: "hangup",
        callback: { url: callback, method: "GET" },
      }),
    ]);
  });
});

describe("a parameter that is empty, null or white space", () => {
  const empty = {
    callback_method: "",
    bye_text: " ",
    failed_text: "",
    reference: "",
    machine_detection: "\t",
    expires_in: "",
    send_at: "",
  };
  const nulls = Object.fromEntries(Object.keys(empty).map((name) => [name, null]));
  it.each<[string, RequestInit]>([
    ["JSON", json({ ...FIELDS, ...empty })],
    ["JSON with null", json({ ...FIELDS, ...nulls })],
    ["a form", form({ ...FIELDS, ...empty })],
  ])("is not given, in %s", async (_, request) => {
    const answer = await sent(request);
    expect(answer.status).toBe(202);
    const [spec] = answer.specs;
    expect(spec).toMatchObject({ callback: { method: "POST" } });
    for (const name of ["byeText", "failedText", "reference", "machineDetection"])
      expect(spec).not.toHaveProperty(name);
  });

  it("is not given of a batch, and a call that does not give it has that of the defaults", async () => {
    const options = { atomic: null, batch_callback: "", expires_in: null, send_at: "" };
    const answer = await sent(json({ ...options, defaults: DEFAULTS, calls: [{ to, text: null, bye_text: " " }] }));
    expect(answer.specs).toMatchObject([{ text: DEFAULTS.text, byeText: DEFAULTS.bye_text }]);
  });

  it("is said to be so where it is needed", async () => {
    const { body } = await sent(json({ ...FIELDS, to: null, from: "", text: "\n" }));
    expect(body.errors.map(({ field, wrong }: { field: string; wrong: string }) => [field, wrong])).toEqual([
      ["to", "is null"],
      ["from", "is empty"],
      ["text", "is empty"],
    ]);
  });
});

describe("white space around a parameter", () => {
  it("is taken off, whichever it is", async () => {
    const spaced = Object.fromEntries(Object.entries(PARAMETERS).map(([name, value]) => [name, ` ${value}\r\n`]));
    const { specs: trimmed } = await sent(form(spaced));
    expect(trimmed).toEqual((await sent(form(PARAMETERS))).specs);
  });
});

describe("a parameter that there is not", () => {
  const known = { field: "failed_txt", wrong: "is not a parameter", expected: "failed_text, which is the nearest" };
  it.each<[string, RequestInit, string?]>([
    ["JSON", json({ ...FIELDS, failed_txt: "No" })],
    ["JSON that leaves it empty", json({ ...FIELDS, failed_txt: null })],
    ["a form", form({ ...FIELDS, failed_txt: "No" })],
    ["the columns of CSV", text(`to,failed_txt\n${to},No\n${to},No`, "text/csv")],
    ["the defaults of a batch", json({ defaults: { ...DEFAULTS, failed_txt: "No" }, calls: [{ to }] })],
  ])("is 400 in %s, once and with the nearest that there is", async (_, request, query) => {
    const { status, body } = await sent(request, query);
    expect([status, body.errors]).toEqual([400, [known]]);
  });

  it("rejects its row alone in a list of calls, and in lines", async () => {
    const rows = [{ ...FIELDS, failed_txt: "No" }, FIELDS];
    const lines = rows.map((row) => JSON.stringify(row)).join("\n");
    for (const request of [json({ calls: rows }), text(lines, "application/x-ndjson")])
      expect((await sent(request)).body).toMatchObject({ count: 1, rejected: [{ index: 0, errors: [known] }] });
  });

  it.each<[string, RequestInit, string, string]>([
    ["beside the calls", json({ ...FIELDS, calls: [{ to }] }), "to", "is given beside the calls"],
    ["of a batch, beside one call", json({ ...FIELDS, atomic: true }), "atomic", "is for a batch"],
    [
      "of a batch, in its defaults",
      json({ defaults: { atomic: true }, calls: [{}] }),
      "atomic",
      "is given in `defaults`",
    ],
    ["of a batch, as a column", text(`to,atomic\n${to},true`, "text/csv"), "atomic", "is given for one call"],
    ["in the query, unknown", json(FIELDS), "lang", "is not a parameter"],
    ["in the query, and secret", json(FIELDS), "pin_code", "is given in the address"],
  ])("at this place is answered so: %s", async (where, request, field, wrong) => {
    const { body } = await sent(request, where.startsWith("in the query") ? `?${field}=1` : "");
    expect(body.errors).toContainEqual(expect.objectContaining({ field, wrong }));
  });
});

describe("a key that comes twice", () => {
  const error = (field: string) => ({ field, wrong: "is given more than once", expected: "each key once" });
  it("is 400 in JSON, wherever it is", async () => {
    const twice = JSON.stringify(FIELDS).replace("{", '{"to":"447700900005",');
    expect((await sent(json(twice))).body.errors).toEqual([error("to")]);
    expect((await sent(json(`{"calls":[{},${twice}]}`))).body.errors).toEqual([error("calls[1].to")]);
  });

  it("rejects its line alone in NDJSON", async () => {
    const lines = [JSON.stringify(FIELDS).replace("{", '{"to":"447700900005",'), JSON.stringify(FIELDS)].join("\n");
    expect((await sent(text(lines, "application/x-ndjson"))).body).toMatchObject({
      count: 1,
      rejected: [{ index: 0, errors: [error("to")] }],
    });
  });

  it("is 400 in CSV and in the query", async () => {
    expect(await sent(text(`to,To\n${to},${to}`, "text/csv"))).toMatchObject({ status: 400, code: "invalid_csv" });
    const { body } = await sent(json({ defaults: DEFAULTS, calls: [{ to }] }), "?expires_in=60&expires_in=61");
    expect(body.errors).toMatchObject([{ field: "expires_in", wrong: "is given more than once" }]);
  });
});

describe("a text", () => {
  const CAFE = "Café – your PIN";
  const bytes = (body: Buffer, type: string): RequestInit => ({
    method: "POST",
    headers: { ...BEARER, "content-type": type },
    body,
  });
  const windows = (body: string) => Buffer.from(body.replaceAll("–", "\u0096"), "latin1");
  const csv = `to,from,text,pin_code,callback\n${Object.values({ ...FIELDS, text: CAFE }).join(",")}\n`;
  const encoded = new URLSearchParams(FIELDS).toString();

  it.each<[string, RequestInit]>([
    ["JSON in UTF-8", json({ ...FIELDS, text: CAFE })],
    [
      "JSON in windows-1252",
      bytes(windows(JSON.stringify({ ...FIELDS, text: CAFE })), "application/json; charset=iso-8859-1"),
    ],
    ["CSV in windows-1252", bytes(windows(csv), "text/csv; charset=windows-1252")],
    ["CSV in UTF-16", bytes(Buffer.from(`\ufeff${csv}`, "utf16le"), "text/csv")],
    [
      "CSV in UTF-16, the other way round",
      bytes(Buffer.from(`\ufeff${csv}`, "utf16le").swap16(), "text/csv; charset=utf-16"),
    ],
    ["CSV in UTF-8 with a mark", bytes(Buffer.from(`\ufeff${csv}`), "text/csv")],
    [
      "tabs in UTF-16, as Excel saves them",
      bytes(Buffer.from(`\ufeff${csv.replaceAll(",", "\t")}`, "utf16le"), "text/csv"),
    ],
    ["a form", form({ ...FIELDS, text: CAFE })],
    [
      "a form in windows-1252",
      bytes(
        Buffer.from(encoded.replace(/text=[^&]*/, "text=Caf%E9+%96+your+PIN")),
        "application/x-www-form-urlencoded; charset=windows-1252",
      ),
    ],
  ])("is said as it was written, in %s", async (_, request) => {
    expect((await sent(request)).specs).toMatchObject([{ text: CAFE }]);
  });

  it.each<[string, RequestInit, string?]>([
    ["JSON", bytes(windows(JSON.stringify({ ...FIELDS, text: CAFE })), "application/json")],
    ["CSV", bytes(windows(csv), "text/csv")],
    ["NDJSON", bytes(windows(JSON.stringify({ ...FIELDS, text: CAFE })), "application/x-ndjson")],
    ["a form", bytes(Buffer.from(encoded.replace(/text=[^&]*/, "text=Caf%E9")), "application/x-www-form-urlencoded")],
    ["another encoding", bytes(windows(csv), "text/csv; charset=big5")],
    ["a query", json({ defaults: DEFAULTS, calls: [{ to }] }), "?text=Caf%E9"],
  ])("that does not decode is refused, in %s", async (_, request, query) => {
    const answer = await sent(request, query);
    expect([answer.status, answer.code, answer.specs]).toEqual([400, "invalid_encoding", []]);
  });

  it("with half a character, which JSON can spell, is refused", async () => {
    const { body } = await sent(json(JSON.stringify({ ...FIELDS, text: "X" }).replace('"X"', '"\\ud83d"')));
    expect(body.errors).toMatchObject([{ field: "text", wrong: "has a character that was lost" }]);
  });
});

describe("a number as people write it", () => {
  it("is called by its digits, and comes back as it was sent", async () => {
    const written = "+1 (415) 555-0100";
    const api = apiFixture();
    const { body } = await post(
      api,
      json({ defaults: { ...DEFAULTS, from: "+1 415 555 0101" }, calls: [{ to: written }, { to: "14155550100" }] }),
    );
    expect(body.accepted).toMatchObject([{ to: written }, { to: "14155550100", repeated_to: true }]);
    expect(specs(api)).toMatchObject([{ to: written, from: "+1 415 555 0101" }, {}]);
  });

  it.each([
    ["07700 900001", "is a national number", "+447700900001"],
    ["0044 7700 900001", "begins with 0", "+447700900001"],
    ["+44 (0)7700 900001", "has a (0), which is dialed in its own country only", "+447700900001"],
  ])("at home is refused, with the one that was probably meant: %s", async (written, wrong, meant) => {
    const { body } = await sent(json({ ...FIELDS, to: written }));
    expect(body.errors).toEqual([
      { field: "to", wrong, expected: `${meant}, the E.164 number that was probably meant` },
    ]);
  });

  it("is refused where it cannot exist, or was shortened by a spreadsheet", async () => {
    const { body } = await sent(
      json({ calls: ["+99912345678", "4.47701E+11"].map((one) => ({ ...FIELDS, to: one })) }),
    );
    const errors = body.rejected.map(({ errors: [error] }: { errors: { wrong: string }[] }) => error?.wrong);
    expect(errors).toEqual([
      "is a number that cannot exist",
      "was shortened by a spreadsheet: there, the column of numbers has to be text",
    ]);
  });

  it("does not hide other errors of its row", async () => {
    const { body } = await sent(json({ ...FIELDS, to: "0770", pin_code: "1E+5", from: "x", voice: 1 }));
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(["to", "from", "pin_code", "voice"]);
  });
});

describe("a table", () => {
  it("without a column that every call needs is refused once, not by row", async () => {
    const rows = Array.from({ length: 50 }, (_, index) => numberAt(index)).join("\n");
    const { status, body } = await sent(
      text(`to\n${rows}`, "text/csv"),
      `?${new URLSearchParams({ from, text: prompt })}`,
    );
    expect([status, body.errors.map(({ field }: { field: string }) => field)]).toEqual([400, ["pin_code"]]);
    expect(body).toMatchObject({ rejected: [], rejected_count: 50 });
  });

  it("whose line breaks are gone is refused with what removes them", async () => {
    const csv = `to,from,text,pin_code,callback${Object.values(FIELDS).join(",")}`;
    for (const request of [text(csv, "text/csv"), text(JSON.stringify(FIELDS).repeat(2), "application/x-ndjson")])
      expect((await sent(request)).body.detail).toContain("--data-binary");
  });
});

it("a form of 64 kB is read in one go, and one of more is not read", async () => {
  const fields = Array.from({ length: 8_000 }, (_, index) => `${index}=1`).join("&");
  const request = (body: string) => text(body, "application/x-www-form-urlencoded");
  expect((await sent(request(fields))).body.errors).toHaveLength(24);
  expect((await sent(request(fields.repeat(3)))).status).toBe(413);
});

it("an Idempotency-Key that is empty is refused as the gateway hands it on", async () => {
  const { handler } = apiFixture();
  const event = {
    rawPath: "/call",
    rawQueryString: "",
    headers: { "content-type": "application/json", "idempotency-key": "", ...BEARER },
    requestContext: { domainName: "api.example", http: { method: "POST" } },
    body: JSON.stringify(FIELDS),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
  const result = (await handler(event)) as unknown as { statusCode: number; body: string };
  expect([result.statusCode, JSON.parse(result.body).type]).toEqual([400, `${CODES}invalid_idempotency_key`]);
});
