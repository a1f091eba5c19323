import { isCancelled } from "../data/kinds.ts";
import type { Call } from "../data/types.ts";
import type { IconName } from "../ui/glyphs.ts";
import { duration } from "../ui/words.ts";

/** One line of what happened. */
export interface Happened {
  readonly id: string;
  readonly at: string;
  readonly sentence: string;
  readonly more?: string;
  readonly icon: IconName;
  readonly tone: string;
  readonly isFailure: boolean;
  /** Folded with its neighbours unless it is asked for. */
  readonly isRoutine: boolean;
}

const line = (
  id: string,
  at: string | undefined,
  sentence: string,
  {
    icon = "dot" as IconName,
    tone = "",
    more = undefined as string | undefined,
    isFailure = false,
    isRoutine = false,
  } = {},
): readonly Happened[] =>
  at === undefined ? [] : [{ id, at, sentence, icon, tone, isFailure, isRoutine, ...(more !== undefined && { more }) }];

/** The same as the timeline, in words. */
export function happenedTo(call: Call): readonly Happened[] {
  const { attempts, callback, status, reason } = call;
  const verdicts = attempts.flatMap(({ attempt, matched }) =>
    line(
      `attempt-${attempt}`,
      attemptAt(call, attempt),
      `Attempt ${attempt}: ${matched ? "right PIN" : "wrong PIN or silence"}`,
      {
        icon: matched ? "ok" : "failed",
        tone: matched ? "c-ok" : "c-failed",
        isFailure: !matched,
      },
    ),
  );
  const ended = [
    call.duration_seconds === undefined ? "Ended" : `Ended after ${duration(call.duration_seconds * 1_000)}`,
    call.price === undefined ? "" : `price ${trimmed(call.price)} ${call.currency ?? "EUR"}`,
  ];
  return [
    ...line("accepted", call.accepted_at, "Accepted", { isRoutine: false }),
    ...line("dialed", call.dialed_at, call.uuid === undefined ? "Dialed" : "Dialed; the carrier took it", {
      icon: "dialing",
      ...(call.uuid !== undefined && { more: `uuid ${call.uuid}` }),
    }),
    ...line("ringing", call.ringing_at, "Ringing", { icon: "ringing", isRoutine: true }),
    ...line("answered", call.answered_at, "Answered", { icon: "answered", tone: "c-live" }),
    ...verdicts,
    ...line("ended", call.ended_at, ended.filter(Boolean).join(", "), { icon: "ended" }),
    ...line("result", call.completed_at, `Result: ${[status, reason].filter(Boolean).join(", ")}`, {
      icon: isCancelled(call) ? "cancelled" : status === "ok" ? "ok" : "failed",
      tone: status === "ok" ? "c-ok" : isCancelled(call) ? "" : "c-failed",
      isFailure: status !== "ok" && !isCancelled(call),
    }),
    ...callback.attempts.flatMap(({ attempt, at, answer, duration_ms }, index) => {
      const isGood = typeof answer === "number" && answer >= 200 && answer < 300;
      const isLast = index === callback.attempts.length - 1;
      const more = isGood ? "delivered" : isLast && callback.state === "parked" ? "parked" : "tried again later";
      return line(`delivery-${attempt}`, at, `Delivery attempt ${attempt}: ${answer} in ${duration(duration_ms)}`, {
        icon: isGood ? "ok" : isLast && callback.state === "parked" ? "parked" : "failed",
        tone: isGood ? "c-ok" : isLast && callback.state === "parked" ? "c-parked" : "c-error",
        isFailure: !isGood,
        more,
      });
    }),
  ].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/**
 * When its digits reached us; not before the answer, which is told by the carrier's clock. Of attempts from before that was
 * kept, the order alone is known: they are spread over the talk.
 */
export function attemptAt(call: Call, attempt: number): string | undefined {
  const measured = call.attempts.find((one) => one.attempt === attempt)?.at;
  const { answered_at = "" } = call;
  if (measured !== undefined) return Date.parse(measured) < Date.parse(answered_at) ? answered_at : measured;
  const from = Date.parse(call.answered_at ?? "");
  const to = Date.parse(call.ended_at ?? call.completed_at ?? "") || Date.now();
  if (Number.isNaN(from)) return call.ended_at;
  const share = attempt / (call.attempts.length + 0.4);
  return new Date(from + (to - from) * Math.min(1, share)).toISOString();
}

export const trimmed = (amount: string) => amount.replace(/(\.\d{2,4}?)0*$/, "$1");
