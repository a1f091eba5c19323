import type { Call } from "../data/types.ts";
import { attemptAt, earlierDials } from "./what-happened.ts";

/** A stretch of the track, in milliseconds since 1970. */
export interface Stretch {
  readonly id: string;
  readonly kind: "queue" | "ring" | "talk" | "settle" | "wait";
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** A moment on the track. */
export interface Mark {
  readonly id: string;
  readonly kind: "wrong" | "yes" | "no" | "park";
  readonly what: "attempt" | "delivery" | "dial";
  readonly word: string;
  readonly at: number;
  /** How long it took, drawn as a bar before it. */
  readonly tookMs: number;
}

export interface Placed {
  readonly stretches: readonly (Stretch & {
    readonly left: number;
    readonly width: number;
    readonly isBreak: boolean;
  })[];
  readonly marks: readonly (Mark & { readonly left: number; readonly spanWidth: number })[];
}

const BREAK_PIXELS = { wide: 64, narrow: 32 };
const LEAST_BREAK_MS = 10_000;
const LEAST_PIXELS = 3;
const MARK_PIXELS = 24;
/** Where there is room, the words over two marks are apart as well. */
const LABEL_PIXELS = 56;
const MOST_MARKS = 12;

const ms = (at: string | undefined) => (at === undefined ? undefined : Date.parse(at));

export function stretchesOf(call: Call, nowMs: number): readonly Stretch[] {
  const accepted = Date.parse(call.accepted_at);
  const dialed = ms(call.dialed_at);
  const completed = ms(call.completed_at);
  const answered = ms(call.answered_at);
  const end = ms(call.ended_at) ?? completed ?? nowMs;
  const last = call.callback.attempts.at(-1);
  const deliveredAt = last === undefined ? undefined : Date.parse(last.at) + last.duration_ms;
  const earlier = earlierDials(call).map(({ at }) => Date.parse(at));
  const waitedTo = dialed ?? completed ?? nowMs;
  const all: readonly (Stretch | undefined)[] = [
    { id: "queue", kind: "queue", word: "queued", from: accepted, to: earlier[0] ?? waitedTo },
    // When an earlier dial ended is not told.
    ...earlier.map((from, index): Stretch => {
      const to = earlier[index + 1] ?? waitedTo;
      return { id: `until-${index + 2}`, kind: "queue", word: `until dial ${index + 2}`, from, to };
    }),
    dialed === undefined
      ? undefined
      : {
          id: "ring",
          kind: "ring",
          word: call.ringing_at === undefined ? "dial and ring" : "ring",
          from: dialed,
          to: Math.max(dialed, answered ?? end),
        },
    answered === undefined
      ? undefined
      : { id: "talk", kind: "talk", word: "talk", from: Math.max(answered, dialed ?? 0), to: end },
    dialed === undefined || completed === undefined
      ? undefined
      : { id: "settle", kind: "settle", word: "settle", from: end, to: completed },
    completed === undefined || deliveredAt === undefined
      ? undefined
      : { id: "delivery", kind: "wait", word: "delivery", from: completed, to: Math.max(deliveredAt, completed) },
  ];
  return all.filter(
    (one): one is Stretch =>
      one !== undefined && one.to > one.from && (one.kind !== "queue" || one.to - one.from >= 1_000),
  );
}

export function marksOf(call: Call): readonly Mark[] {
  const attempts = call.attempts.map(
    ({ attempt, matched }): Mark => ({
      id: `attempt-${attempt}`,
      kind: matched ? "yes" : "wrong",
      what: "attempt",
      word: `${attempt} ${matched ? "right" : "wrong"}`,
      at: Date.parse(attemptAt(call, attempt) ?? call.accepted_at),
      tookMs: 0,
    }),
  );
  const { attempts: made, state } = call.callback;
  const deliveries = made.map(({ attempt, at, answer, duration_ms }, index): Mark => {
    const isGood = typeof answer === "number" && answer >= 200 && answer < 300;
    const isParked = state === "parked" && index === made.length - 1;
    return {
      id: `delivery-${attempt}`,
      kind: isGood ? "yes" : isParked ? "park" : "no",
      what: "delivery",
      word: isParked ? "parked" : String(answer),
      at: Date.parse(at) + duration_ms,
      tookMs: duration_ms,
    };
  });
  const shown = deliveries.length <= MOST_MARKS ? deliveries : [...deliveries.slice(0, 3), ...deliveries.slice(-3)];
  const dials = earlierDials(call).map(
    ({ at, reason = "" }, index): Mark => ({
      id: `dial-${index + 1}`,
      kind: "no",
      what: "dial",
      word: `${index + 1} ${reason}`,
      at: Date.parse(at),
      tookMs: 0,
    }),
  );
  return [...dials, ...attempts, ...shown];
}

/** Waits that would squeeze everything else are cut out of the scale; the rest shares the width by its seconds. */
export function place({
  stretches,
  marks,
  width,
}: {
  stretches: readonly Stretch[];
  marks: readonly Mark[];
  width: number;
}): Placed {
  const isNarrow = width < 720;
  const breakPixels = isNarrow ? BREAK_PIXELS.narrow : BREAK_PIXELS.wide;
  const busyMs = stretches
    .filter(({ kind }) => kind !== "queue" && kind !== "wait")
    .reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = Math.max(Math.min(LEAST_BREAK_MS, 4 * busyMs), busyMs / 2);
  const cut = cutWaits(stretches, marks, longest);
  const breaks = cut.filter(({ isBreak }) => isBreak).length;
  const drawnMs = cut.filter(({ isBreak }) => !isBreak).reduce((sum, { from, to }) => sum + to - from, 0);
  const room = Math.max(1, width - breaks * breakPixels - MARK_PIXELS);
  let left = 0;
  const placed = cut.map((one) => {
    const pixels = one.isBreak
      ? breakPixels
      : Math.max(LEAST_PIXELS, (room * (one.to - one.from)) / Math.max(1, drawnMs));
    const at = left;
    left += pixels;
    return { ...one, left: at, width: pixels };
  });
  const scale = Math.min(1, (width - MARK_PIXELS / 2) / Math.max(1, left));
  const fitted = placed.map((one) => ({ ...one, left: one.left * scale, width: one.width * scale }));
  const positionOf = (at: number) => {
    const inside =
      fitted.find(({ from, to }) => at >= from && at <= to) ??
      (at < (fitted[0]?.from ?? 0) ? fitted[0] : fitted.at(-1));
    if (!inside) return 0;
    return (
      inside.left + inside.width * Math.min(1, Math.max(0, (at - inside.from) / Math.max(1, inside.to - inside.from)))
    );
  };
  let before = Number.NEGATIVE_INFINITY;
  const spaced = marks
    .toSorted((one, other) => one.at - other.at)
    .map((mark) => {
      const apart = isNarrow ? MARK_PIXELS : LABEL_PIXELS;
      const at = Math.min(width - MARK_PIXELS / 2, Math.max(positionOf(mark.at), before + apart));
      before = at;
      return { ...mark, left: at, spanWidth: Math.max(0, positionOf(mark.at) - positionOf(mark.at - mark.tookMs)) };
    });
  return { stretches: fitted, marks: spaced };
}

/** A wait between delivery attempts is a stretch of its own. */
function cutWaits(stretches: readonly Stretch[], marks: readonly Mark[], longestMs: number) {
  return stretches.flatMap((one) => {
    if (one.kind === "queue") return [{ ...one, isBreak: one.to - one.from > longestMs }];
    if (one.kind !== "wait") return [{ ...one, isBreak: false }];
    const ends = marks.filter(({ what }) => what === "delivery").toSorted((a, b) => a.at - b.at);
    let from = one.from;
    return ends.flatMap((mark, index) => {
      const begins = Math.max(from, mark.at - mark.tookMs);
      const pause = {
        ...one,
        id: `wait-${index}`,
        word: index === 0 ? "delivery" : "wait",
        from,
        to: begins,
        isBreak: begins - from > longestMs,
      };
      const making = { ...one, id: `making-${index}`, word: "", from: begins, to: mark.at, isBreak: false };
      from = mark.at;
      return [pause, making].filter((part) => part.to > part.from);
    });
  });
}

const LETTER_PIXELS = 7;

/** Which stretches have room for their words under the track: one that would run into the words before it goes without. */
export function labelled(
  stretches: Placed["stretches"],
  wordsOf: (from: number, to: number) => string,
): ReadonlySet<string> {
  let free = Number.NEGATIVE_INFINITY;
  const fitting = stretches.filter(({ word, left, from, to }) => {
    if (word === "" || left < free) return false;
    free = left + Math.max(word.length, wordsOf(from, to).length) * LETTER_PIXELS;
    return true;
  });
  return new Set(fitting.map(({ id }) => id));
}
