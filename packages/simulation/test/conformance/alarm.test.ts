import { clock as realClock } from "@promptcall/functions/adapters/real";
import type { Alarm } from "@promptcall/functions/ports/clock";
import { describe, expect, it } from "vitest";
import { clockTwin } from "../../src/twins/clock.ts";

describe.each<{ name: string; start: () => Alarm }>([
  { name: "the twin", start: () => clockTwin(new Date().toISOString()) },
  { name: "the real clock", start: () => realClock },
])("$name, as an alarm", ({ start }) => {
  it("is there at once when the time is over", async () => {
    const clock = start();
    const nowMs = clock.now().getTime();
    const waits = ["at once", "later"].map((which, index) =>
      clock.reaches(nowMs + (index * 2 - 1) * 50).then(() => which),
    );
    expect(await Promise.race(waits)).toBe("at once");
    await Promise.all(waits);
  });

  it("is not there before the time", async () => {
    const clock = start();
    const timeMs = clock.now().getTime() + 20;
    await clock.reaches(timeMs);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(timeMs);
  });
});
