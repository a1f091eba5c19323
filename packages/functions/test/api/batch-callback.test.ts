import { describe, expect, it } from "vitest";
import { BATCH_ID, batch, DEFAULTS, numberAt, post, refused, rowsOf, text } from "./batch-given.ts";
import { apiFixture } from "./given.ts";

const URL = "https://customer.example/batch?mine=1";
const query = `?batch_callback=${encodeURIComponent(URL)}`;
const { from, text: prompt, pin_code, callback } = DEFAULTS;
const FIELDS = { from, text: prompt, pin_code, callback };
const csv = text(
  [`to,${Object.keys(FIELDS).join(",")}`, [numberAt(0), ...Object.values(FIELDS)].join(",")].join("\n"),
  "text/csv",
);
const ndjson = (...lines: object[]) =>
  text(lines.map((line) => JSON.stringify(line)).join("\n"), "application/x-ndjson");
const row = { to: numberAt(0), ...FIELDS };

const callbackUrlOf = async ({ fixture }: ReturnType<typeof apiFixture>) =>
  (await fixture.batches.find(BATCH_ID))?.callbackUrl;

describe("where the counts of a batch go when it is over", () => {
  it.each([
    ["as JSON in the request", batch(rowsOf(1), { batch_callback: URL }), ""],
    ["as CSV in the query", csv, query],
    ["as NDJSON in the query", ndjson(row), query],
    ["as NDJSON in its first line", ndjson({ defaults: FIELDS, batch_callback: URL }, { to: numberAt(0) }), ""],
  ])("is said %s", async (_, request, search) => {
    const api = apiFixture();
    expect((await post(api, request, search)).status).toBe(202);
    expect(await callbackUrlOf(api)).toBe(URL);
  });

  it("is undefined without batch_callback", async () => {
    const api = apiFixture();
    expect((await post(api, batch(rowsOf(1)))).status).toBe(202);
    expect(await callbackUrlOf(api)).toBeUndefined();
  });

  it.each([
    ["no URL", "customer", "an http or https URL"],
    ["a URL of another kind", "ftp://customer.example", "an http or https URL"],
    [
      "a URL with a password that cannot be sent",
      "https://a:b%0A@customer.example",
      "a URL whose user name and password are in UTF-8, without control characters, the name without colon",
    ],
    ["an address of nobody", "https://127.1", "an address that anybody can reach"],
    ["a port that is not listed", "https://customer.example:22", "one of the ports 80, 443, 8080, 8443"],
    ["a URL that is too long", `https://customer.example/${"x".repeat(2_048)}`, "a URL of at most 2048 characters"],
  ])("is refused for %s: nothing is accepted", async (_, url, expected) => {
    for (const [request, search] of [
      [batch(rowsOf(1), { batch_callback: url }), ""],
      [csv, `?batch_callback=${encodeURIComponent(url)}`],
    ] as const) {
      const api = apiFixture();
      expect(await post(api, request, search)).toEqual(
        refused(400, "Bad Request", "invalid_request", {
          detail: expect.any(String),
          errors: [{ field: "batch_callback", wrong: expect.any(String), expected }],
        }),
      );
      expect([api.fixture.calls.records().specs, api.fixture.dial.sent]).toEqual([[], []]);
    }
  });
});
