import { describe, expect, it } from "vitest";
import { decideIdempotency, type IdempotencyRecord } from "../../src/acceptance/idempotency.ts";

const START = Date.UTC(2026, 0, 1);
const after = (seconds: number) => new Date(START + seconds * 1_000);
const OTHER_ID = "9b241101-e2bb-4255-8caf-4136c566a962";

const begun: IdempotencyRecord = {
  hash: "content",
  id: "3b241101-e2bb-4255-8caf-4136c566a962",
  acceptedAt: after(0).toISOString(),
  isDone: false,
  leaseUntilMs: after(30).getTime(),
  expiresAtMs: after(24 * 3_600).getTime(),
};
const placed = { fromMs: 1, lastMs: 2, callsPerSecond: 3, fits: 4, isAhead: false };

describe("a request under an idempotency key", () => {
  const claim = (known: IdempotencyRecord | undefined, seconds: number, hash = "content") =>
    decideIdempotency(known, { hash, id: OTHER_ID, now: after(seconds) });
  const fresh = (seconds: number, hash = "content") => ({
    kind: "claimed",
    record: {
      hash,
      id: OTHER_ID,
      acceptedAt: after(seconds).toISOString(),
      isDone: false,
      leaseUntilMs: after(seconds + 30).getTime(),
      expiresAtMs: after(seconds + 24 * 3_600).getTime(),
    },
  });

  it("is begun when the key is new", () => {
    expect(claim(undefined, 0)).toEqual(fresh(0));
  });

  it("is begun anew when the key is a day old", () => {
    expect(claim({ ...begun, isDone: true }, 24 * 3_600, "other")).toEqual(fresh(24 * 3_600, "other"));
  });

  it("is begun anew, with any content, when the one before was abandoned", () => {
    expect(claim({ ...begun, leaseUntilMs: 0 }, 1, "other")).toEqual(fresh(1, "other"));
  });

  it("waits for the one that is being carried out", () => {
    expect(claim(begun, 10)).toEqual({ kind: "in_progress", retryAfterSeconds: 20 });
  });

  it("continues an unfinished one, under its id and acceptance time", () => {
    const left = { ...begun, placed };
    expect(claim(left, 30)).toEqual({ kind: "claimed", record: { ...left, leaseUntilMs: after(60).getTime() } });
  });

  it("gets the same answer when it was carried out before", () => {
    const done = { ...begun, placed, isDone: true };
    expect(claim(done, 3_600)).toEqual({ kind: "done", record: done });
  });

  it.each([
    ["that is being carried out", begun, 10],
    ["that was left", { ...begun, placed }, 60],
    ["that was carried out", { ...begun, placed, isDone: true }, 60],
  ])("is refused when its content is not that of the one %s", (_, known, seconds) => {
    expect(claim(known, seconds, "other")).toEqual({ kind: "other_content" });
  });
});
