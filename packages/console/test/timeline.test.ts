import { describe, expect, it } from "vitest";
import { marksOf, place, stretchesOf } from "../src/call/timeline-scale.ts";
import { happenedTo } from "../src/call/what-happened.ts";
import type { Call } from "../src/data/types.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 30, 14, 0, seconds)).toISOString();

const answered = (seconds: number, answer: number | string, duration_ms: number, attempt: number) =>
  ({
    attempt,
    at: at(seconds),
    answer,
    outcome: `http_${answer}`,
    duration_ms,
  }) as Call["callback"]["attempts"][number];

/** Queued for two minutes, six seconds of ringing, twenty of talk, and a receiver that took three attempts. */
const CALL: Call = {
  tid: "00000000-0000-4000-8000-000000000001",
  to: "+44•••0101",
  state: "completed",
  status: "ok",
  attempts: [
    { attempt: 1, matched: false },
    { attempt: 2, matched: true },
  ],
  dials: [],
  accepted_at: at(0),
  dialed_at: at(134),
  ringing_at: at(135),
  answered_at: at(140),
  ended_at: at(160),
  completed_at: at(161),
  callback: {
    state: "delivered",
    attempts: [answered(161, 503, 41, 1), answered(166, "timeout", 10_000, 2), answered(206, 200, 84, 3)],
  },
};
const WIDTH = 1_000;
const placed = (call: Call, width = WIDTH) =>
  place({ stretches: stretchesOf(call, Date.parse(at(300))), marks: marksOf(call), width });

describe("the timeline of a call", () => {
  it("runs from the first stretch to the last mark, within its width and in order", () => {
    const { stretches, marks } = placed(CALL);
    expect(stretches[0]?.left).toBe(0);
    for (const [index, one] of stretches.entries())
      expect(one.left).toBeCloseTo(
        index === 0 ? 0 : (stretches[index - 1]?.left ?? 0) + (stretches[index - 1]?.width ?? 0),
        6,
      );
    expect(
      Math.max(...stretches.map(({ left, width }) => left + width), ...marks.map(({ left }) => left)),
    ).toBeLessThanOrEqual(WIDTH);
    expect(marks.map(({ word }) => word)).toEqual(["1 wrong", "2 right", "503", "timeout", "200"]);
  });

  it("has each attempt where its digits came, and spreads over the talk those of which nobody knows when", () => {
    const measured = {
      ...CALL,
      attempts: [
        { attempt: 1, matched: false, at: at(142) },
        { attempt: 2, matched: true, at: at(159) },
      ],
    };
    expect(
      marksOf(measured)
        .slice(0, 2)
        .map((mark) => mark.at),
    ).toEqual([Date.parse(at(142)), Date.parse(at(159))]);
    expect(happenedTo(measured).flatMap(({ id, at: when }) => (id.startsWith("attempt") ? [when] : []))).toEqual([
      at(142),
      at(159),
    ]);
    // The carrier's clock may be ahead of ours.
    const early = { ...CALL, attempts: [{ attempt: 1, matched: true, at: at(139) }] };
    expect(marksOf(early)[0]?.at).toBe(Date.parse(at(140)));
    const [first = 0, second = 0] = marksOf(CALL).map((mark) => mark.at);
    expect(first).toBeGreaterThan(Date.parse(at(140)));
    expect(second).toBeGreaterThan(first);
    expect(second).toBeLessThan(Date.parse(at(160)));
  });

  it("cuts out a wait of seconds where the call itself took one: the simulated carrier's clock is fast", () => {
    const fast = {
      ...CALL,
      dialed_at: at(8),
      ringing_at: at(8),
      answered_at: at(9),
      ended_at: at(10),
      completed_at: at(10),
    };
    expect(
      placed({ ...fast, callback: { state: "none", attempts: [] } }).stretches.map(({ id, isBreak }) => [id, isBreak]),
    ).toEqual([
      ["queue", false],
      ["ring", false],
      ["talk", false],
    ]);
    const slower = { ...fast, accepted_at: at(-2) };
    expect(placed(slower).stretches[0]).toMatchObject({ id: "queue", isBreak: true });
  });

  it("cuts out waits that would squeeze the rest, and says how long they were", () => {
    const breaks = placed(CALL).stretches.filter(({ isBreak }) => isBreak);
    expect(breaks.map(({ word, from, to }) => [word, (to - from) / 1_000])).toEqual([
      ["queued", 134],
      ["wait", 30],
    ]);
  });

  it.each([1_000, 360])("keeps marks apart and stretches visible at %i pixels", (width) => {
    const { marks, stretches } = placed(CALL, width);
    const lefts = marks.map(({ left }) => left);
    for (const [index, left] of lefts.entries())
      if (index > 0 && left < width - 12) expect(left - (lefts[index - 1] ?? 0)).toBeGreaterThanOrEqual(24 - 1e-6);
    for (const { width: drawn, kind } of stretches) if (kind !== "wait") expect(drawn).toBeGreaterThan(1);
  });

  it("is queue alone for a call that was never dialed, and has no end for one that lives", () => {
    const { dialed_at: _dialed, ringing_at: _rang, answered_at: _answered, ended_at: _ended, ...queued } = CALL;
    const never: Call = {
      ...queued,
      status: "error",
      reason: "cancelled",
      attempts: [],
      callback: { state: "none", attempts: [] },
    };
    expect(placed(never).stretches.map(({ id }) => id)).toEqual(["queue"]);
    const { completed_at: _completed, status: _status, ended_at: _end, ...rest } = CALL;
    const live: Call = { ...rest, state: "answered", attempts: [], callback: { state: "pending", attempts: [] } };
    expect(stretchesOf(live, Date.parse(at(300))).at(-1)).toMatchObject({ id: "talk", to: Date.parse(at(300)) });
  });
});
