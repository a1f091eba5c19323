import type { DialSlots } from "@promptcall/core/acceptance/idempotency";
import { CURRENCY } from "@promptcall/core/contracts/currency";
import type { Refused } from "@promptcall/core/guard/judge";
import { writtenAmount } from "@promptcall/core/guard/money";
import type { FieldError, Problem } from "../../http/problem.ts";
import type { ProblemCode } from "../../http/problem-codes.ts";
import { listed } from "./listed-rows.ts";
import type { RejectedRow, Row } from "./read-call.ts";

/** A call that the guard does not let through. */
export interface RefusedCall {
  readonly index: number;
  readonly code: Refused | "outside_local_time";
  /** When it may be asked for again, where that is a matter of time; epoch ms. */
  readonly untilMs?: number;
}

const WORDS: Readonly<Record<RefusedCall["code"], Omit<FieldError, "field">>> = {
  outside_local_time: {
    wrong:
      "would not be dialed within its local_time before it expires or its credential ends; one to a number that may be in time zones too far apart for these hours, as a toll-free one of +1, or in none that is known, never would",
    expected: "a longer expires_in, a credential that lives longer, wider hours up to 00:00-24:00, or no local_time",
  },
  do_not_call: {
    wrong: "is on the application's own list of numbers that are not called",
    expected: "another number, or take it off do_not_call",
  },
  destination_denied: { wrong: "begins with digits that are not called", expected: "a number somewhere else" },
  destination_not_allowed: {
    wrong: "begins with none of the digits that this application calls",
    expected: "a number in a country that the operator has allowed",
  },
  premium_destination: {
    wrong: "is a number whose owner is paid for being called",
    expected: "an ordinary number, or one that the operator has allowed",
  },
  satellite_destination: {
    wrong: "is the number of a satellite phone",
    expected: "an ordinary number, or one that the operator has allowed",
  },
  destination_suspended: {
    wrong: "is where hardly any call is completed at present",
    expected: "a number somewhere else, or the same later",
  },
  destination_limit: {
    wrong: "was called as often as a number is in an hour, or would be with all retry_times",
    expected: "another number, fewer retry_times, or the same in the next hour",
  },
};

/** The problems that are the guard's. */
export const GUARD_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(WORDS).filter((code) => code !== "outside_local_time"),
  "price_too_high" satisfies ProblemCode,
  "application_limit" satisfies ProblemCode,
]);

/** As it is recorded: for a repetition they are refused again, whatever has changed. */
export function recordOf(refused: readonly RefusedCall[]): Pick<DialSlots, "refused"> {
  if (refused.length === 0) return {};
  const byCode = Object.groupBy(refused, ({ code }) => code);
  const places = Object.entries(byCode).map(([code, calls = []]) => [code, calls.map(({ index }) => index)]);
  return { refused: Object.fromEntries(places) };
}

/** The same, read again. */
export function refusedIn({ refused = {} }: DialSlots): readonly RefusedCall[] {
  return Object.entries(refused).flatMap(([code, places]) =>
    isRefused(code) ? places.map((index) => ({ index, code })) : [],
  );
}

const isRefused = (code: string): code is RefusedCall["code"] => Object.hasOwn(WORDS, code);

/** Without those that were refused when it was decided. */
export function letThrough<One extends Row>(rows: readonly One[], slots: DialSlots): readonly One[] {
  const places = new Set(refusedIn(slots).map(({ index }) => index));
  return places.size === 0 ? rows : rows.filter(({ index }) => !places.has(index));
}

const fieldOf = (code: RefusedCall["code"]) => (code === "outside_local_time" ? "local_time" : "to");

export function rejectedRow({ index, code }: RefusedCall): RejectedRow {
  return { index, code, errors: [{ field: fieldOf(code), ...WORDS[code] }] };
}

/** What is said where the guard lets none of the calls through, or not all that are wanted together. */
export function refusedByGuard(given: {
  kind: "call" | "batch";
  refused: readonly [RefusedCall, ...RefusedCall[]];
  rejected: readonly RejectedRow[];
  nowMs: number;
}): Problem {
  const { kind, refused, rejected, nowMs } = given;
  const [{ code, untilMs }] = refused;
  const { wrong, expected } = WORDS[code];
  const subject = code === "outside_local_time" ? "call" : "number";
  const which = kind === "call" ? `The ${subject}` : `${refused.length} call(s) may not be made: the first ${subject}`;
  const detail = `${which} ${wrong}. Send ${expected}. Nothing was accepted.`;
  const rows = [...rejected, ...refused.map(rejectedRow)].toSorted((one, other) => one.index - other.index);
  const members = kind === "call" ? { errors: [{ field: fieldOf(code), wrong, expected }] } : { more: listed(rows) };
  switch (code) {
    case "do_not_call":
    case "destination_denied":
    case "destination_not_allowed":
    case "premium_destination":
    case "satellite_destination":
      return { status: 403, code, detail, ...members };
    case "outside_local_time":
      return { status: 422, code, detail, ...members };
    case "destination_suspended":
    case "destination_limit":
      return { status: 429, code, detail, ...members, headers: retryAfter(untilMs, nowMs) };
    default:
      return code satisfies never;
  }
}

export function tooDear({ micros, mostMicros }: { micros: number; mostMicros: number }): Problem {
  const [price, most] = [writtenAmount(micros), writtenAmount(mostMicros)];
  return {
    status: 403,
    code: "price_too_high",
    detail: `This may cost ${price} ${CURRENCY}, and ${most} is the most it may. Send fewer calls, shorter texts, or a higher max_price; the operator may have set a limit, too. Nothing was accepted.`,
    more: { price, max_price: most, currency: CURRENCY },
  };
}

export function tooManyToday(given: { left: number; limit: number; untilMs: number; nowMs: number }): Problem {
  const { left, limit, untilMs, nowMs } = given;
  return {
    status: 429,
    code: "application_limit",
    detail: `The application may ask for ${limit} calls a day, in UTC, each of retry_times counted, and has ${left} left. Send no more than these, or tomorrow. Nothing was accepted.`,
    more: { calls_per_day: limit, calls_left: left },
    headers: retryAfter(untilMs, nowMs),
  };
}

function retryAfter(untilMs: number | undefined, nowMs: number): Record<string, string> {
  if (untilMs === undefined) return {};
  return { "retry-after": String(Math.max(1, Math.ceil((untilMs - nowMs) / 1_000))) };
}
