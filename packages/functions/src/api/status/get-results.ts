import * as z from "zod/mini";
import type { Answer } from "../../http/answer.ts";
import { type FieldError, mustBe, type Problem, problem } from "../../http/problem.ts";
import type { HttpRequest } from "../../http/request.ts";
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
export async function getResults(request: HttpRequest, batch: BatchRecord, ports: StatusPorts): Promise<Answer> {
  const wanted = wantedOf(request, batch);
  if ("problem" in wanted) return problem(request, wanted.problem);
  const { format, limit, from } = wanted;
  const to = Math.min(from + limit, batch.count);
  const results = await batchResults({ batch, from, to }, ports);
  const nextCursor = to < batch.count ? cursorOf(to) : undefined;
  const body = pageBody({ results, isFirst: from === 0, nextCursor }, format);
  const next =
    nextCursor === undefined ? {} : { link: `<${nextAddress(request, { cursor: nextCursor, format })}>; rel="next"` };
  return { statusCode: 200, headers: { "content-type": PAGES[format].type, ...next }, body };
}

function wantedOf(request: HttpRequest, { count }: BatchRecord): Wanted | { problem: Problem } {
  const format = formatOf(request);
  const { most, usual } = PAGES[format ?? "json"];
  const limit = limitOf(request.url.searchParams.get("limit") || String(usual), most);
  const from = indexOfCursor(request.url.searchParams.get("cursor") || cursorOf(0), count);
  const errors: FieldError[] = [];
  if (format === undefined) errors.push({ field: "format", ...mustBe("json, ndjson or csv") });
  if (limit === undefined) errors.push({ field: "limit", ...mustBe(`a number from 1 to ${most}`) });
  if (from === undefined) errors.push({ field: "cursor", ...mustBe("the cursor of the page before") });
  if (format !== undefined && limit !== undefined && from !== undefined) return { format, limit, from };
  const detail = `Wrong: ${errors.map(({ field }) => field).join(", ")}.`;
  return { problem: { status: 400, code: "invalid_request", detail, errors } };
}

export const FORMATS = z.enum(["json", "ndjson", "csv"]);

function formatOf(request: HttpRequest): ResultsFormat | undefined {
  const asked = request.url.searchParams.get("format");
  if (asked) return FORMATS.safeParse(asked).data;
  const accepted = request.headers.accept ?? "";
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
function nextAddress(request: HttpRequest, { cursor, format }: { cursor: string; format: ResultsFormat }): string {
  const url = addressOf(request, request.url);
  url.searchParams.set("format", format);
  url.searchParams.set("cursor", cursor);
  return url.href;
}
