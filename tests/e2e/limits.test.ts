import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, startHarness } from "./harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness.stop());

/** As the README has them. */
const MOST_BYTES = 4_500_000;
const MOST_BYTES_OF_ONE = 64 * 1024;
const MOST_CALLS_OF_BATCH = 10_000;

const post = async (type: string, body: string, query = "") => {
  const headers = { "content-type": type, authorization: `Bearer ${harness.jwt}` };
  const response = await fetch(`${harness.system.apiUrl}/call${query}`, { method: "POST", headers, body });
  const answer = (await response.json()) as { type?: string; rejected_count?: number };
  return [response.status, answer.type, answer.rejected_count];
};

/** So many rows as are asked for, of so many bytes together that the last one can be made longer by what is missing. */
const NUMBER = "447700900000";
const filled = (parts: { before: string; row: (filling: string) => string; after: string; bytes: number }): string => {
  const { before, row, after, bytes } = parts;
  const left = bytes - before.length - after.length;
  const each = Math.floor(left / MOST_CALLS_OF_BATCH);
  const rowOf = (length: number) => row("t".repeat(length - row("").length));
  return before + rowOf(each).repeat(MOST_CALLS_OF_BATCH - 1) + rowOf(left - each * (MOST_CALLS_OF_BATCH - 1)) + after;
};

/** Ten thousand rows, quoted as they usually are, of which each lacks its PIN: nothing of it is written. */
const BODIES: Record<string, (bytes: number) => string> = {
  "application/json": (bytes) =>
    filled({
      before: '{"atomic":true,"calls":[',
      row: (text) => `{"to":"${NUMBER}","text":"${text}","reference":"order"},`,
      after: "{}]}",
      bytes,
    }).replace(",{}]}", "]}   "),
  "application/x-ndjson": (bytes) =>
    filled({ before: "", row: (text) => `{"to":"${NUMBER}","text":"${text}"}\n`, after: "", bytes }),
  "text/csv": (bytes) => filled({ before: "to,text\n", row: (text) => `"${NUMBER}","${text}"\n`, after: "", bytes }),
};

describe.each(Object.keys(BODIES))("%s", (type) => {
  const body = BODIES[type] as (bytes: number) => string;

  it("of the most bytes is read, and every row of it", async () => {
    expect(body(MOST_BYTES)).toHaveLength(MOST_BYTES);
    expect(await post(type, body(MOST_BYTES))).toEqual([
      400,
      "urn:promptcall:problem:invalid_request",
      MOST_CALLS_OF_BATCH,
    ]);
  });

  it("of one byte more is refused in our own words", async () => {
    expect(await post(type, body(MOST_BYTES + 1))).toEqual([413, "urn:promptcall:problem:body_too_large", undefined]);
  });
});

describe("a single call", () => {
  it.each([
    ["application/json", (bytes: number) => `{"to":"${"t".repeat(bytes - 9)}"}`],
    ["application/x-www-form-urlencoded", (bytes: number) => `to=${"t".repeat(bytes - 3)}`],
  ])("of the most bytes is read, and of one more is not: %s", async (type, body) => {
    expect(await post(type, body(MOST_BYTES_OF_ONE))).toEqual([
      400,
      "urn:promptcall:problem:invalid_request",
      undefined,
    ]);
    expect(await post(type, body(MOST_BYTES_OF_ONE + 1))).toEqual([
      413,
      "urn:promptcall:problem:body_too_large",
      undefined,
    ]);
  });
});

describe("a batch of the most calls", () => {
  it("is accepted while the customer waits, in a table that takes 4,000 writes a second", async () => {
    const calls = Array.from({ length: MOST_CALLS_OF_BATCH }, (_, index) => ({ to: String(447_700_000_000 + index) }));
    // Not yet dialed: it is the answer that is of interest.
    const send_at = new Date(Date.now() + 600_000).toISOString();
    const response = await harness.postBatch({ calls, defaults: { send_at } });
    const answer = (await response.json()) as { count: number; status_url: string };
    expect([response.status, answer.count]).toEqual([202, MOST_CALLS_OF_BATCH]);

    const indexes: number[] = [];
    let next: string | undefined = answer.status_url.replace("?", "/results?");
    while (next !== undefined) {
      const page: Response = await fetch(next);
      const lines = (await page.text()).trimEnd().split("\n");
      indexes.push(...lines.map((line) => (JSON.parse(line) as { index: number }).index));
      next = /^<(.+)>; rel="next"$/.exec(page.headers.get("link") ?? "")?.[1];
    }
    expect(indexes).toEqual([...calls.keys()]);
  });
});
