import { callIdOf } from "@promptcall/core/call/batch";
import { accept } from "@promptcall/core/call/evolve";
import { statusToken } from "@promptcall/core/security/status-token";
import { describe, expect, it } from "vitest";
import { at, KEYS, spec as specOf } from "../given.ts";
import { answerOf, apiFixture } from "./given.ts";

const ID = "3b241101-e2bb-4255-8caf-4136c566a962";
const token = statusToken({ kind: "batch", id: ID, key: KEYS.status });

async function batchOf(count: number) {
  const api = apiFixture();
  for (let index = 0; index < count; index += 1) {
    const spec = specOf({ tid: callIdOf({ batchId: ID, index }), batch: { id: ID, index } });
    api.fixture.hold({ spec, call: accept(spec) });
  }
  const times = { acceptedAt: at(0), firstDialAt: at(1), lastDialAt: at(120) };
  await api.fixture.batches.add({ id: ID, applicationId: "app", count, ...times });
  return api;
}

const first = (query: string) => `http://api.example/batch/${ID}/results?token=${token}${query}`;
const headers = { "x-forwarded-proto": "https" };

/** Every page, each found by the `Link` of the one before. */
async function follow({ app }: ReturnType<typeof apiFixture>, query: string) {
  const pages: string[] = [];
  const links: string[] = [];
  for (let next: string | undefined = first(query); next !== undefined; ) {
    const response: Response = await app.request(next, { headers });
    expect(response.status).toBe(200);
    pages.push(await response.text());
    next = /^<(.+)>; rel="next"$/.exec(response.headers.get("link") ?? "")?.[1];
    if (next !== undefined) links.push(next);
  }
  return { pages, links };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const indexOf = (line: string) => (JSON.parse(line) as { index: number }).index;

describe("the results of a batch", () => {
  it.each([
    ["of the usual length", "", [25, 25, 2]],
    ["of a length that is asked for", "&limit=30", [30, 22]],
    ["that end where the batch does", "&limit=26", [26, 26]],
    ["of which there is one", "&limit=100", [52]],
    ["whose length is left empty", "&limit=&cursor=", [25, 25, 2]],
  ])("are in pages of JSON %s, in the order of the request", async (_, query, lengths) => {
    const { pages } = await follow(await batchOf(52), `&format=json${query}`);
    const parsed = pages.map((page) => JSON.parse(page) as { data: { index: number }[]; next_cursor?: string });
    expect(parsed.map(({ data }) => data.length)).toEqual(lengths);
    expect(parsed.flatMap(({ data }) => data.map(({ index }) => index))).toEqual(upTo(52));
    expect(parsed.map((page) => "next_cursor" in page)).toEqual(lengths.map((_, at) => at < lengths.length - 1));
  });

  it("are in pages of lines, with the token in each address", async () => {
    const { pages, links } = await follow(await batchOf(5), "&limit=2");
    expect(pages.map((page) => page.trimEnd().split("\n").map(indexOf))).toEqual([[0, 1], [2, 3], [4]]);
    for (const link of links)
      expect(link).toMatch(
        new RegExp(`^https://api.example/batch/${ID}/results\\?token=${token}&limit=2&format=ndjson&cursor=[\\w-]+$`),
      );
  });

  it("are one file of CSV when the pages are put together", async () => {
    const { pages } = await follow(await batchOf(5), "&limit=2&format=csv");
    const lines = pages.join("").trimEnd().split("\r\n");
    expect([lines.length, lines[0]?.split(",").slice(0, 2)]).toEqual([6, ["index", "tid"]]);
    expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual(upTo(5));
  });

  it("are 2,000 lines to a page", async () => {
    const { pages } = await follow(await batchOf(2_001), "");
    expect(pages.map((page) => page.trimEnd().split("\n").length)).toEqual([2_000, 1]);
  });

  it.each([
    ["nothing", {}, "application/x-ndjson"],
    ["anything", { accept: "*/*" }, "application/x-ndjson"],
    ["JSON", { accept: "application/json" }, "application/json"],
    ["CSV", { accept: "text/csv, */*" }, "text/csv; charset=utf-8"],
  ])("are in the form that is accepted: %s", async (_, accepted, type) => {
    const response = await (await batchOf(1)).app.request(first(""), { headers: accepted });
    expect(response.headers.get("content-type")).toBe(type);
  });

  it.each([
    ["limit", "limit=0&format=json"],
    ["limit", "limit=101&format=json"],
    ["limit", "limit=2001"],
    ["limit", "limit=2001&format=csv"],
    ["limit", "limit=ten"],
    ["limit", "limit=-1"],
    ["limit", "limit=1.5"],
    ["cursor", "cursor=x"],
    ["cursor", `cursor=${Buffer.from("place 5").toString("base64url")}`],
    ["cursor", `cursor=${Buffer.from("place -1").toString("base64url")}`],
    ["format", "format=xml"],
  ])("name a wrong %s: %s", async (field, query) => {
    const answer = await answerOf(await (await batchOf(5)).app.request(first(`&${query}`)));
    expect(answer).toMatchObject({ status: 400, body: { detail: `Wrong: ${field}.`, errors: [{ field }] } });
  });
});
