import type { Batch, Call } from "promptcall";
import type { Context } from "./context.ts";
import { coloured } from "./output.ts";

type Look = Pick<Context, "isTerminal" | "process">;

/** How a call stands, in one line. */
export function callSentence(call: Call, look: Look): string {
  const { tid, to, state, status, reason, not_redialed: why, attempts, price, currency } = call;
  const tries = attempts.map(({ matched }) => (matched ? "right" : "wrong")).join(" ");
  const cost = price === undefined ? undefined : `${price} ${currency ?? ""}`.trim();
  const notAgain = why && `not called again: ${why}`;
  return joined([tid, to, status === undefined ? state : coloured(status, look), reason, notAgain, tries, cost]);
}

/** How a batch stands, in one line. */
export function batchSentence(batch: Batch): string {
  const { batch_id: id, state, count, states, statuses, estimated_end_at: endsAt } = batch;
  const done = `${states.completed} of ${count}`;
  return joined([id, state, done, ...countsOf(statuses), endsAt && `over at ${wallTime(endsAt)}`]);
}

const FIRST = { ok: 0, failed: 0, error: 0 };

/** How many calls ended with each status, the good ones first. */
export const countsOf = (statuses: Readonly<Record<string, number>>): string[] =>
  Object.entries({ ...FIRST, ...statuses }).flatMap(([status, calls]) => (calls > 0 ? [`${calls} ${status}`] : []));

const joined = (parts: readonly (string | undefined)[]) =>
  parts.filter((part) => part !== undefined && part !== "").join("  ");

/** A time as the clock on the wall shows it; with its day, where that is not today. */
export function wallTime(iso: string): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString("en-GB");
  return at.toDateString() === new Date().toDateString() ? time : `${at.toLocaleDateString("en-CA")} ${time}`;
}
