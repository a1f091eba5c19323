import { readFile } from "node:fs/promises";
import { MOST_CALLS_OF_BATCH } from "@promptcall/core/call/batch";
import { MOST_BATCHES_OF_LOOP } from "@promptcall/core/dialing/loop";
import { PAGES } from "@promptcall/functions/api/status/results";
import { PROBLEM_CODES } from "@promptcall/functions/http/problem-codes";
import { describe, expect, it } from "vitest";
import { apiPage } from "../tools/commands/api-page.ts";
import { sourcesOf } from "./documents.ts";

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), "utf8");
const page = await read("docs/api.md");

describe("docs/api.md", () => {
  it("says what the OpenAPI document and the schemas do (if not: npm run openapi)", async () => {
    const document: unknown = JSON.parse(await read("packages/functions/src/api/openapi/openapi.json"));
    expect(apiPage({ page, document })).toBe(page);
  });

  it("says the same of a document that is put together otherwise", async () => {
    const document = JSON.parse(await read("packages/functions/src/api/openapi/openapi.json"));
    const { CallRequest, ...schemas } = document.components.schemas;
    const { required, ...properties } = CallRequest;
    const Fields = { allOf: [{ $ref: "#/components/schemas/Properties" }, { required }] };
    const components = { schemas: { ...schemas, Properties: properties, CallRequest: Fields } };
    expect(apiPage({ page, document: { ...document, components } })).toBe(page);
  });

  it("has the limits that hold", () => {
    const row = (what: string) => page.split("\n").find((line) => line.startsWith(`| ${what} `)) ?? "";
    const cells = (what: string) =>
      row(what)
        .split("|")
        .slice(2, -1)
        .map((cell) => Number(cell.replaceAll(",", "")));
    expect(cells("calls in a batch")).toEqual([MOST_CALLS_OF_BATCH, 0]);
    expect(cells("batches of an application that wait")).toEqual([MOST_BATCHES_OF_LOOP, 0]);
    expect(cells("results in a page of NDJSON or CSV")).toEqual([PAGES.csv.most, PAGES.csv.usual]);
    expect(cells("results in a page of JSON")).toEqual([PAGES.json.most, PAGES.json.usual]);
  });

  it("lists no code that no answer has", async () => {
    const sources = (await sourcesOf("packages/functions/src")).filter(
      ({ name }) => !name.endsWith("problem-codes.ts"),
    );
    const given = (code: string) => sources.some(({ text }) => text.includes(`"${code}"`));
    expect(Object.keys(PROBLEM_CODES).filter((code) => !given(code))).toEqual([]);
  });
});
