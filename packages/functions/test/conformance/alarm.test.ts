import { describe, expect, it } from "vitest";
import type { TimerClock } from "../../src/ports/clock.ts";
import { clock as realClock } from "../../src/runtime/system-clock.ts";
import { fakeClock } from "../../testing/clock.ts";

describe.each<{ name: string; start: () => TimerClock }>([
  { name: "the fake", start: () => fakeClock(new Date().toISOString()) },
  { name: "the real clock", start: () => realClock },
])("$name, as an alarm", ({ start }) => {
  it("resolves at once when the time has passed", async () => {
    const clock = start();
    const nowMs = clock.now().getTime();
    const waits = ["at once", "later"].map((which, index) =>
      clock.waitUntil(nowMs + (index * 2 - 1) * 50).then(() => which),
    );
    expect(await Promise.race(waits)).toBe("at once");
    await Promise.all(waits);
  });

  it("does not resolve before the time", async () => {
    const clock = start();
    const timeMs = clock.now().getTime() + 20;
    await clock.waitUntil(timeMs);
    expect(clock.now().getTime()).toBeGreaterThanOrEqual(timeMs);
  });
});
