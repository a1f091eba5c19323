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

type Dial = Call["dials"][number];

/** The dials that another followed, or is to follow. What is told of the last one is told of the call. */
export const earlierDials = ({ dials }: Call): readonly Dial[] => dials.filter(({ reason }) => reason !== undefined);

const named = (uuid: string | undefined) => (uuid === undefined ? {} : { more: `uuid ${uuid}` });

/** How long it was, and what it has cost, where that is known. */
const billed = (
  words: string,
  { duration_seconds, price, currency }: Pick<Call, "duration_seconds" | "price" | "currency">,
) =>
  [
    duration_seconds === undefined ? words : `${words} after ${duration(duration_seconds * 1_000)}`,
    ...(price === undefined ? [] : [`price ${trimmed(price)} ${currency ?? "EUR"}`]),
  ].join(", ");

const verdict = (id: string, { attempt, matched, at }: { attempt: number; matched: boolean; at: string | undefined }) =>
  line(id, at, `Attempt ${attempt}: ${matched ? "right PIN" : "wrong PIN or silence"}`, {
    icon: matched ? "ok" : "failed",
    tone: matched ? "c-ok" : "c-failed",
    isFailure: !matched,
  });

function happenedIn(dial: Dial, index: number): readonly Happened[] {
  const { at, uuid, reason = "", attempts = [] } = dial;
  const id = `dial-${index + 1}`;
  return [
    ...line(id, at, `Dial ${index + 1}: ${billed(reason, dial)}`, {
      icon: "again",
      tone: "c-failed",
      isFailure: true,
      ...named(uuid),
    }),
    ...attempts.flatMap((made) => verdict(`${id}-attempt-${made.attempt}`, { ...made, at: made.at ?? at })),
  ];
}

/** The same as the timeline, in words. */
export function happenedTo(call: Call): readonly Happened[] {
  const { attempts, callback, status, reason, not_redialed: why } = call;
  const earlier = earlierDials(call);
  const verdicts = attempts.flatMap((made) =>
    verdict(`attempt-${made.attempt}`, { ...made, at: attemptAt(call, made.attempt) }),
  );
  const dialed = earlier.length === 0 ? "Dialed" : `Dial ${earlier.length + 1}`;
  const notAgain = why && `not called again: ${why}`;
  return [
    ...line("accepted", call.accepted_at, "Accepted", { isRoutine: false }),
    ...earlier.flatMap(happenedIn),
    ...line("dialed", call.dialed_at, call.uuid === undefined ? dialed : `${dialed}; the carrier took it`, {
      icon: "dialing",
      ...named(call.uuid),
    }),
    ...line("ringing", call.ringing_at, "Ringing", { icon: "ringing", isRoutine: true }),
    ...line("answered", call.answered_at, "Answered", { icon: "answered", tone: "c-live" }),
    ...verdicts,
    ...line("ended", call.ended_at, billed("Ended", call), { icon: "ended" }),
    ...line("result", call.completed_at, `Result: ${[status, reason, notAgain].filter(Boolean).join(", ")}`, {
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
