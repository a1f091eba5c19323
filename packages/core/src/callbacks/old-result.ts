import { type Completed, outcomeFields } from "../call/call.ts";
import type { CallSpec } from "../contracts/records/spec.ts";

/** The parameters of a result in the shape of the deprecated API, in the order they are sent. */
export const OLD_RESULT_PARAMETERS = [
  "call_id",
  "to",
  "status",
  "digits",
  "call_direction",
  "call_price",
  "call_rate",
  "call_duration",
  "call_request",
  "call_start",
  "call_end",
] as const;
type OldResult = Partial<Record<(typeof OLD_RESULT_PARAMETERS)[number], string>>;

/** The name of a call in the deprecated API, which takes 40 letters and digits at the most. */
export const oldCallId = (tid: string): string => tid.replaceAll("-", "");

export interface OldResultOptions {
  readonly spec: Pick<CallSpec, "tid" | "to" | "ask">;
  readonly call: Completed;
  /** That were keyed: those that were captured, or the PIN that was right. */
  readonly digits?: string | undefined;
}

/**
 * A PIN that was wrong to the end is `ok` without digits: the deprecated API calls each call that ended of itself so, and what
 * was keyed is told by the digits alone.
 */
export function oldResultParameters({ spec, call, digits }: OldResultOptions): URLSearchParams {
  const { summary, line } = call;
  const { durationSeconds, price } = summary;
  const parameters: OldResult = {
    call_id: oldCallId(spec.tid),
    to: spec.to,
    ...statusOf({ spec, call, digits }),
    call_direction: "out",
    ...(price !== undefined && { call_price: price }),
    ...rateOf({ price, durationSeconds }),
    ...(durationSeconds !== undefined && { call_duration: String(durationSeconds) }),
    call_request: oldTime(call.acceptedAt),
    ...(line.answeredAt !== undefined && { call_start: oldTime(line.answeredAt) }),
    ...(line.endedAt !== undefined && { call_end: oldTime(line.endedAt) }),
  };
  return new URLSearchParams(parameters);
}

/** In UTC. */
function oldTime(iso: string): string {
  return iso.slice(0, 19).replaceAll("-", "/").replace("T", " ");
}

/** For a minute. The carrier counts seconds. */
function rateOf({ price, durationSeconds = 0 }: { price: string | undefined; durationSeconds: number | undefined }) {
  if (price === undefined || durationSeconds === 0) return {};
  return { call_rate: ((Number(price) * 60) / durationSeconds).toFixed(8) };
}

function statusOf({ spec, call, digits }: OldResultOptions): OldResult {
  const { outcome } = call;
  switch (outcome.status) {
    case "ok":
      return { status: "ok", ...(digits !== undefined && { digits }) };
    case "failed":
      return { status: "ok", ...(spec.ask === "capture" && NOTHING) };
    case "error":
      return ofError(outcome, { spec, call });
    default:
      return outcome satisfies never;
  }
}

const NOTHING = { digits: "nothing" };

function ofError(
  outcome: Extract<Completed["outcome"], { status: "error" }>,
  { spec, call }: Pick<OldResultOptions, "spec" | "call">,
): OldResult {
  const { reason } = outcomeFields(outcome) as { reason: string };
  if (reason === "restricted") return { status: "blocked" };
  switch (outcome.reason) {
    case "machine":
      return { status: "machine" };
    case "hung_up":
      if (outcome.detail === "script_error") return { status: "error" };
      return { status: "ok", ...(spec.ask !== "say" && Object.keys(call.attempts).length === 0 && NOTHING) };
    case "dial_unknown":
    case "no_completion":
      return { status: "error" };
    default:
      return { status: "failed" };
  }
}
