import type { Call } from "./types.ts";

/** What the five numbers stand for, and what they filter by. */
export type Filter = "queued" | "live" | "done" | "failed" | "parked";

/** Which of the numbers a call counts in; parked stands apart. */
export function kindOf(call: Call): Exclude<Filter, "parked"> {
  if (call.state === "queued") return "queued";
  if (call.state !== "completed") return "live";
  return call.status === "ok" || isCancelled(call) ? "done" : "failed";
}

/** Somebody asked for that, so it is no failure. */
export function isCancelled({ status, reason, dialed_at }: Call): boolean {
  return status === "error" && reason === "cancelled" && dialed_at === undefined;
}
