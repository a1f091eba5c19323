import { describe, expect, it } from "vitest";
import { marksOf, place, stretchesOf } from "../src/call/timeline-scale.ts";
import { happenedTo } from "../src/call/what-happened.ts";
import { outcomeWords } from "../src/calls/row-words.ts";
import type { Call } from "../src/data/types.ts";
import { time } from "../src/ui/words.ts";

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

describe("a call that was dialed more than once", () => {
  const [FIRST, SECOND] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
  /** Busy, then hung up after a wrong PIN, and then as above. */
  const AGAIN: Call = {
    ...CALL,
    dials: [
      { at: at(2), uuid: FIRST, ended_as: "busy", reason: "busy", attempts: [] },
      {
        at: at(64),
        uuid: SECOND,
        ended_as: "completed",
        reason: "hung_up",
        duration_seconds: 9,
        price: "0.01230000",
        attempts: [{ attempt: 1, matched: false, at: at(72) }],
      },
      { at: at(134), ended_as: "completed" },
    ],
  };
  const said = (call: Call) => happenedTo(call).map(({ id, sentence, more }) => [id, sentence, more]);

  it("says of each dial when it was, how it ended, and what was keyed", () => {
    expect(said(AGAIN).slice(0, 5)).toEqual([
      ["accepted", "Accepted", undefined],
      ["dial-1", "Dial 1: busy", `uuid ${FIRST}`],
      ["dial-2", "Dial 2: hung_up after 9.0 s, price 0.0123 EUR", `uuid ${SECOND}`],
      ["dial-2-attempt-1", "Attempt 1: wrong PIN or silence", undefined],
      ["dialed", "Dial 3", undefined],
    ]);
    expect(
      happenedTo(AGAIN)
        .filter(({ isFailure }) => isFailure)
        .map(({ id }) => id),
    ).toEqual(expect.arrayContaining(["dial-1", "dial-2", "dial-2-attempt-1"]));
  });

  it("has a mark for each earlier dial, and waits from one to the next", () => {
    const { stretches, marks } = placed(AGAIN);
    expect(marks.slice(0, 2).map(({ id, word, what }) => [id, word, what])).toEqual([
      ["dial-1", "1 busy", "dial"],
      ["dial-2", "2 hung_up", "dial"],
    ]);
    expect(stretches.slice(0, 4).map(({ id, from, to }) => [id, from, to])).toEqual([
      ["queue", Date.parse(at(0)), Date.parse(at(2))],
      ["until-2", Date.parse(at(2)), Date.parse(at(64))],
      ["until-3", Date.parse(at(64)), Date.parse(at(134))],
      ["ring", Date.parse(at(134)), Date.parse(at(140))],
    ]);
  });

  it("waits until now where the next dial has not come", () => {
    const { dialed_at: _dialed, answered_at: _answered, ended_at: _ended, completed_at: _completed, ...rest } = AGAIN;
    const { status: _status, ...open } = rest;
    const waits: Call = {
      ...open,
      state: "queued",
      attempts: [],
      dials: AGAIN.dials.slice(0, 1),
      next_dial_at: at(400),
      callback: { state: "pending", attempts: [] },
    };
    expect(placed(waits).stretches.at(-1)).toMatchObject({ id: "until-2", to: Date.parse(at(300)) });
    expect(outcomeWords(waits)).toBe(`busy, called again from ${time(at(400))}`);
  });

  it("says why no other dial came, where one was to follow", () => {
    const { choice: _choice, ...ended } = AGAIN;
    const refused: Call = {
      ...ended,
      status: "error",
      reason: "busy",
      not_redialed: "credential_rejected",
      attempts: [],
    };
    expect(said(refused).find(([id]) => id === "result")?.[1]).toBe(
      "Result: error, busy, not called again: credential_rejected",
    );
  });
});
