import type { PhoneCall } from "../data/stream-data.ts";
import type { Call } from "../data/types.ts";
import { duration, plural } from "../ui/words.ts";

/** One sentence for how it ended. */
export function endedSentence(call: Call | undefined, { ended_by }: PhoneCall): string {
  if (ended_by === "declined") return "You declined the call.";
  if (ended_by === "unanswered") return "You did not pick up.";
  if (call?.status === "ok") return "You keyed the right PIN.";
  if (ended_by === "hung_up") return "You hung up.";
  if (call?.status === "failed") {
    if (call.attempts.length === 0) return "No digits came.";
    return call.attempts.length === 3 ? "Three wrong PINs." : `${plural(call.attempts.length, "wrong PIN")}.`;
  }
  return call?.reason === undefined ? "The call has ended." : `The call ended: ${call.reason}.`;
}

export function endedDetail(call: Call | undefined): string {
  if (call === undefined) return "";
  const seconds =
    call.duration_seconds === undefined ? undefined : `${duration(call.duration_seconds * 1_000)} on the phone`;
  const attempts = call.attempts.length === 0 ? undefined : plural(call.attempts.length, "attempt");
  return [attempts, seconds].filter(Boolean).join(", ");
}
