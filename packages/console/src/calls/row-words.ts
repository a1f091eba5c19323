import { isCancelled } from "../data/kinds.ts";
import type { Call } from "../data/types.ts";
import type { IconName } from "../ui/glyphs.ts";
import { duration, plural, time, timer } from "../ui/words.ts";

export const ATTEMPTS_ALLOWED = 3;

/** How it went, in few words. */
export function outcomeWords(call: Call): string {
  const made = call.attempts.length;
  switch (call.state) {
    case "queued":
      return againWords(call) ?? "waits for its turn";
    case "dialing":
    case "ringing":
      return "–";
    case "answered":
      return `attempt ${made + 1} of ${ATTEMPTS_ALLOWED}`;
    case "ended":
      return "waiting for the digits";
    case "completed":
      break;
    default:
      return call.state satisfies never;
  }
  if (isCancelled(call)) return "before dialing";
  if (call.status === "error") return call.reason ?? "error";
  if (call.status === "failed") return made === 0 ? "no digits" : plural(made, "wrong PIN");
  return `attempt ${made} of ${ATTEMPTS_ALLOWED}`;
}

/** Of one that was dialed, and waits for its next dial. */
function againWords({ dials, next_dial_at }: Call): string | undefined {
  return next_dial_at && `${dials.at(-1)?.reason ?? ""}, called again from ${time(next_dial_at)}`;
}

/** While it lives, how long since; after the end, the seconds on the line. */
export function elapsedWords(call: Call, nowMs: number): string {
  if (call.state === "completed")
    return call.duration_seconds === undefined ? "" : timer(call.duration_seconds * 1_000);
  return timer(nowMs - Date.parse(call.dialed_at ?? call.accepted_at));
}

export function callbackWords(
  { state, callback }: Call,
  nowMs: number,
): { words: string; icon?: IconName; tone: string } {
  const last = callback.attempts.at(-1);
  switch (callback.state) {
    case "delivered":
      return {
        words: last ? `${last.answer} in ${Math.round(last.duration_ms)} ms` : "delivered",
        icon: "ok",
        tone: "c-ok",
      };
    case "parked":
      return { words: `parked, ${plural(callback.attempts.length, "attempt")}`, icon: "parked", tone: "c-parked" };
    case "pending":
      if (last)
        return {
          words: `${last.answer}, ${nextWords(callback.next_attempt_at, nowMs)}`,
          icon: "again",
          tone: "c-failed",
        };
      return { words: state === "completed" ? "sending" : "–", tone: "faint" };
    default:
      return { words: "none", tone: "faint" };
  }
}

/** Its own name, or that of its batch. */
export function referenceOf({ reference, batch_id }: Call): string {
  return reference ?? (batch_id === undefined ? "" : `batch ${batch_id.slice(0, 4)}`);
}

export const acceptedWords = ({ accepted_at }: Call): string => time(accepted_at);

/** When it is tried again, where that is told. */
export function nextWords(next: string | undefined, nowMs: number): string {
  const leftMs = next === undefined ? 0 : Date.parse(next) - nowMs;
  return leftMs < 1_000 ? "trying again" : `next in ${duration(Math.ceil(leftMs / 1_000) * 1_000)}`;
}
