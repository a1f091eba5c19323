import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, shareHarness, TEXTS } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await shareHarness();
});
afterAll(() => harness.stop());

const CODES = "urn:promptcall:problem:";
const SAID = "Déjà vu – enter your PIN";
/** In windows-1252, é is 0xe9, à 0xe0 and the dash 0x96. */
const windows = (text: string) => Buffer.from(text.replaceAll("–", "\u0096"), "latin1");

interface Sent {
  readonly type: string;
  readonly body: string | Buffer;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answer {
  readonly type?: string;
  readonly tid?: string;
  readonly batch_id?: string;
  readonly accepted?: readonly { readonly tid: string }[];
}

async function send({ type, body, query = "", headers = {} }: Sent) {
  const response = await fetch(`${harness.system.apiUrl}/call${query}`, {
    method: "POST",
    headers: { authorization: `Bearer ${harness.jwt}`, "content-type": type, ...headers },
    body,
  });
  const answer = (await response.json()) as Answer;
  return { status: response.status, code: String(answer.type).replace(CODES, ""), answer, headers: response.headers };
}

const resultOf = async (tid: string) => (await harness.customer.results.first(tid)).parameters;

/** Everything but `to`, as a batch has it in its query or in its defaults. */
const fields = () => ({ from: "447700900999", callback: `${harness.customer.url}/result`, ...TEXTS });
const queryOf = (extra: Record<string, string> = {}) => `?${new URLSearchParams({ ...fields(), ...extra })}`;
const CSV = (to: string, text: string, { delimiter = ",", end = "\n" } = {}) =>
  [`To${delimiter} PIN code ${delimiter}TEXT`, [to, "1234", text].join(delimiter), ""].join(end);

describe("what is sent as people have it", () => {
  it.each<[string, string, (to: string) => Pick<Sent, "type" | "body">]>([
    [
      "CSV in UTF-8 with a mark and CRLF",
      "447700910001",
      (to) => ({ type: "text/csv", body: `\ufeff${CSV(to, SAID, { end: "\r\n" })}` }),
    ],
    [
      "CSV in windows-1252",
      "447700910101",
      (to) => ({ type: "text/csv; charset=windows-1252", body: windows(CSV(to, SAID)) }),
    ],
    [
      "CSV with semicolons and sep=",
      "447700910201",
      (to) => ({ type: "text/csv", body: `sep=;\r\n${CSV(to, SAID, { delimiter: ";" })}` }),
    ],
    [
      "tabs in UTF-16",
      "447700910301",
      (to) => ({
        type: "text/csv; charset=utf-16",
        body: Buffer.from(`\ufeff${CSV(to, SAID, { delimiter: "\t" })}`, "utf16le"),
      }),
    ],
    [
      "JSON in ISO 8859-1",
      "447700910401",
      (to) => ({
        type: "application/json; charset=iso-8859-1",
        body: windows(JSON.stringify({ ...fields(), to, pin_code: "1234", text: SAID })),
      }),
    ],
    [
      "a form in windows-1252",
      "447700910501",
      (to) => ({
        type: "application/x-www-form-urlencoded; charset=windows-1252",
        body: `${new URLSearchParams({ ...fields(), to, pin_code: "1234", text: "" })}&`.replace(
          "text=&",
          "text=D%E9j%E0+vu+%96+enter+your+PIN&",
        ),
      }),
    ],
    [
      "CSV of a spreadsheet that leaves out what is empty at the end of a row, with line ends of two kinds",
      "447700910701",
      (to) => ({ type: "text/csv", body: `to,pin_code,text,reference,bye_text\r\n${to},1234,${SAID}\n` }),
    ],
    [
      "a form with a line end behind each field",
      "447700910801",
      (to) => {
        const all = Object.entries({ ...fields(), to, pin_code: "1234", text: SAID });
        const ended = Object.fromEntries(all.map(([name, value]) => [name, `${value}\n`]));
        return { type: "application/x-www-form-urlencoded", body: String(new URLSearchParams(ended)) };
      },
    ],
    [
      "a number with brackets and dashes",
      "+44 (7700) 910-601",
      (to) => ({
        type: "application/json",
        body: JSON.stringify({
          ...fields(),
          to,
          pin_code: " 1234\n",
          text: SAID,
          bye_text: null,
          machine_detection: "",
        }),
      }),
    ],
  ])("is called, and hears what was written: %s", async (_, to, sent) => {
    const { type, body } = sent(to);
    const isTable = type.startsWith("text/csv");
    const { status, answer } = await send({ type, body, query: isTable ? queryOf() : "" });
    expect(answer).toMatchObject(isTable ? { accepted: [{ to }] } : { tid: expect.any(String) });
    expect(status).toBe(202);
    const tid = answer.tid ?? answer.accepted?.[0]?.tid ?? "";
    expect(await resultOf(tid)).toEqual({ tid, to, status: "ok" });
    const digits = to.replace(/\D/g, "");
    const call = harness.system.sim.calls().find((one) => one.to === digits);
    expect(JSON.stringify(call)).toContain(SAID);
  });
});

describe("what cannot be read right", () => {
  const json = (extra: object) => ({
    type: "application/json",
    body: JSON.stringify({ ...fields(), to: "447700910001", pin_code: "1234", ...extra }),
  });
  it.each<[string, () => Sent, string, string]>([
    [
      "CSV that is not the UTF-8 it is taken for",
      () => ({ type: "text/csv", body: windows(CSV("447700910001", SAID)), query: queryOf() }),
      "invalid_encoding",
      "charset=windows-1252",
    ],
    [
      "a form with %E9",
      () => ({ type: "application/x-www-form-urlencoded", body: "text=Caf%E9" }),
      "invalid_encoding",
      "does not decode",
    ],
    ["a column twice", () => ({ type: "text/csv", body: "to,to\n1,2\n", query: queryOf() }), "invalid_csv", "twice"],
    [
      "a file without line breaks",
      () => ({ type: "text/csv", body: CSV("447700910001", SAID, { end: "" }) }),
      "empty_batch",
      "--data-binary",
    ],
    ["an unknown parameter", () => json({ failed_txt: "No" }), "invalid_request", "failed_text"],
    [
      "a key twice",
      () => ({ type: "application/json", body: '{"to":"1","to":"2"}' }),
      "invalid_request",
      "more than once",
    ],
    ["a national number", () => json({ to: "07700 910001" }), "invalid_request", "+447700910001"],
    ["a number that a spreadsheet has shortened", () => json({ to: "4.47701E+11" }), "invalid_request", "spreadsheet"],
    ["a number that cannot exist", () => json({ to: "+999123456789" }), "invalid_request", "cannot exist"],
    [
      "an empty Idempotency-Key",
      () => ({ ...json({}), headers: { "idempotency-key": "" } }),
      "invalid_idempotency_key",
      "1 to 255",
    ],
    [
      "two Idempotency-Keys",
      () => ({ ...json({}), headers: { "idempotency-key": "a, b" } }),
      "invalid_idempotency_key",
      "one Idempotency-Key",
    ],
  ])("is refused, with a word of what to do: %s", async (_, sent, code, word) => {
    const answer = await send(sent());
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect(JSON.stringify(answer.answer)).toContain(word);
  });
});

describe("a table that is sent again", () => {
  it("calls nobody again, unless it says that this is meant", async () => {
    const body = CSV("447700911001", SAID);
    const first = await send({ type: "text/csv", body, query: queryOf() });
    const second = await send({ type: "text/csv", body, query: queryOf() });
    expect([second.answer, second.headers.get("idempotent-replayed")]).toEqual([first.answer, "true"]);
    const meant = await send({ type: "text/csv", body, query: queryOf({ repeat: "true" }) });
    expect(meant.answer.batch_id).not.toBe(first.answer.batch_id);
  });

  it("under the same key with another query is another request", async () => {
    const body = CSV("447700911101", SAID);
    const headers = { "idempotency-key": "table" };
    expect((await send({ type: "text/csv", body, query: queryOf(), headers })).status).toBe(202);
    const other = await send({ type: "text/csv", body, query: queryOf({ expires_in: "60" }), headers });
    expect([other.status, other.code]).toEqual([422, "idempotency_key_reused"]);
  });
});

describe("a text that the carrier counts otherwise than in UTF-16", () => {
  it.each([
    ["pictures", "🙂".repeat(1_500)],
    ["markup", `<speak>${'<break time="1s"/>'.repeat(100)}${"t".repeat(1_500)}</speak>`],
  ])("is taken here and there: %s", async (_, text) => {
    const to = text.startsWith("<") ? "447700912001" : "447700912101";
    const body = JSON.stringify({ ...fields(), to, pin_code: "1234", text });
    const { answer } = await send({ type: "application/json", body });
    expect(await resultOf(answer.tid ?? "")).toMatchObject({ status: "ok" });
  });
});
