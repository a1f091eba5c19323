import type { Context } from "hono";
import * as z from "zod/mini";
import { type FieldError, mustBe, type Problem, problem } from "../../http/problem.ts";
import type { BatchRecord } from "../../ports/batches.ts";
import { addressOf } from "./address.ts";
import { PAGES, pageBody, type ResultsFormat } from "./results.ts";
import { batchResults, type StatusPorts } from "./status.ts";

interface Wanted {
  readonly format: ResultsFormat;
  readonly limit: number;
  /** The index of the page's first call. */
  readonly from: number;
}

/** Answers a page of a batch's calls, in the order of the request, with a link to the next. */
export async function getResults(c: Context, batch: BatchRecord, ports: StatusPorts): Promise<Response> {
  const wanted = wantedOf(c, batch);
  if ("problem" in wanted) return problem(c, wanted.problem);
  const { format, limit, from } = wanted;
  const to = Math.min(from + limit, batch.count);
  const results = await batchResults({ batch, from, to }, ports);
  const nextCursor = to < batch.count ? cursorOf(to) : undefined;
  const body = pageBody({ results, isFirst: from === 0, nextCursor }, format);
  const next =
    nextCursor === undefined ? {} : { link: `<${nextAddress(c, { cursor: nextCursor, format })}>; rel="next"` };
  return c.body(body, 200, { "content-type": PAGES[format].type, ...next });
}

function wantedOf(c: Context, { count }: BatchRecord): Wanted | { problem: Problem } {
  const format = formatOf(c);
  const { most, usual } = PAGES[format ?? "json"];
  const limit = limitOf(c.req.query("limit") || String(usual), most);
  const from = indexOfCursor(c.req.query("cursor") || cursorOf(0), count);
  const errors: FieldError[] = [];
  if (format === undefined) errors.push({ field: "format", ...mustBe("json, ndjson or csv") });
  if (limit === undefined) errors.push({ field: "limit", ...mustBe(`a number from 1 to ${most}`) });
  if (from === undefined) errors.push({ field: "cursor", ...mustBe("the cursor of the page before") });
  if (format !== undefined && limit !== undefined && from !== undefined) return { format, limit, from };
  const detail = `Wrong: ${errors.map(({ field }) => field).join(", ")}.`;
  return { problem: { status: 400, code: "invalid_request", detail, errors } };
}

export const FORMATS = z.enum(["json", "ndjson", "csv"]);

function formatOf(c: Context): ResultsFormat | undefined {
  const asked = c.req.query("format");
  if (asked) return FORMATS.safeParse(asked).data;
  const accepted = c.req.header("accept") ?? "";
  if (accepted.includes("text/csv")) return "csv";
  return accepted.includes("application/json") ? "json" : "ndjson";
}

function limitOf(text: string, most: number): number | undefined {
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= most ? limit : undefined;
}

/** Opaque to customers. */
const cursorOf = (place: number): string => Buffer.from(`place ${place}`).toString("base64url");

function indexOfCursor(cursor: string, count: number): number | undefined {
  const place = Number(/^place (\d{1,6})$/.exec(Buffer.from(cursor, "base64url").toString())?.[1] ?? Number.NaN);
  return place < count ? place : undefined;
}

/** The same address with its token, for the next cursor and in the same format. */
function nextAddress(c: Context, { cursor, format }: { cursor: string; format: ResultsFormat }): string {
  const url = addressOf(c, c.req.url);
  url.searchParams.set("format", format);
  url.searchParams.set("cursor", cursor);
  return url.href;
}
