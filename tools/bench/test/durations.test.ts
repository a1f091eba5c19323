import { Random } from "@promptcall/simulation/world/random";
import { expect, it } from "vitest";
import { percentile } from "../statistics.ts";
import { STATED, slowedMs, statedDurations } from "../virtual/durations.ts";

it("takes as long as was stated, in the middle and at the end", () => {
  const { delivered } = statedDurations({ work: () => 0, hasChance: true });
  const random = new Random(1);
  const times = Array.from({ length: 100_000 }, () => delivered(random));
  const { p50, p99 } = STATED["an event, until it is in a queue"];
  expect(percentile(times, 50) / p50).toBeCloseTo(1, 1);
  expect(percentile(times, 99) / p99).toBeCloseTo(1, 1);
});

it("takes the medians where nothing is left to chance, half of a request there and half back", () => {
  const { way, delivered } = statedDurations({ work: () => 0, hasChance: false });
  const random = new Random(1);
  expect([2 * way(random, "bus"), way(random, "outside"), delivered(random)]).toEqual([
    STATED["a request to the bus"].p50,
    0,
    STATED["an event, until it is in a queue"].p50,
  ]);
});

it("lets a function with a quarter of a processor work four times as long", () => {
  expect(slowedMs(10, 1_769 / 4)).toBe(40);
});
