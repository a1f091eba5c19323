import { randomUUID } from "node:crypto";
import { LIMITS } from "../limits.ts";
import { BusError } from "./errors.ts";

export interface PutEventsEntry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Resources?: string[];
  Time?: number;
  TraceHeader?: string;
}

/** What a rule's targets receive. */
export interface EventEnvelope {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

export interface EntryError {
  ErrorCode: string;
  ErrorMessage: string;
}

const TIME_BYTES = 14;

export function refuseOversized(entries: readonly PutEventsEntry[]): void {
  if (entries.length === 0 || entries.length > LIMITS.eventBridge.entries) {
    throw new BusError(
      "ValidationException",
      `1 validation error detected: Value '${entries.length}' at 'entries' failed to satisfy constraint: Member must have length less than or equal to 10 and greater than or equal to 1`,
    );
  }
  const bytes = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
  if (bytes > LIMITS.eventBridge.requestBytes) {
    throw new BusError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
}

/** As AWS counts it: the time, and the text of the fields a caller may set. */
function sizeOf({ Time, Source, DetailType, Detail, Resources }: PutEventsEntry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), Time === undefined ? 0 : TIME_BYTES);
}

export function toEnvelope(args: {
  entry: PutEventsEntry;
  account: string;
  region: string;
}): EventEnvelope | EntryError {
  const { entry } = args;
  for (const field of ["Source", "DetailType", "Detail"] as const) {
    if (!entry[field]) return invalid(`Parameter ${field} is not valid. Reason: ${field} is a required argument.`);
  }
  const { Source: source = "", DetailType: detailType = "", Detail: text = "" } = entry;
  if (source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const detail = parseDetail(text);
  if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const time = new Date(entry.Time === undefined ? Date.now() : entry.Time * 1_000);
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": detailType,
    source,
    account: args.account,
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: args.region,
    resources: entry.Resources ?? [],
    detail,
  };
}

function invalid(ErrorMessage: string): EntryError {
  return { ErrorCode: "InvalidArgument", ErrorMessage };
}

function parseDetail(text: string): Record<string, unknown> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    const isRecord = typeof detail === "object" && detail !== null && !Array.isArray(detail);
    return isRecord ? (detail as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
