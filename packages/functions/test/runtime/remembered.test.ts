import { expect, it, vi } from "vitest";
import { remembered } from "../../src/runtime/remembered.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at } from "../given.ts";

function given() {
  const clock = fakeClock(at(0));
  const read = vi.fn(async (key: string) => `${key} at ${clock.now().toISOString()}`);
  return { clock, read, known: remembered(read, { forMs: 10_000, clock }) };
}

it("reads each thing once in its time, also for those who ask at once", async () => {
  const { clock, read, known } = given();
  await Promise.all([known("a"), known("a"), known("b")]);
  clock.set(at(9.999));
  expect(await known("a")).toBe(`a at ${at(0)}`);
  expect(read.mock.calls).toEqual([["a"], ["b"]]);
  clock.set(at(10));
  expect(await known("a")).toBe(`a at ${at(10)}`);
});

it("reads again what could not be read", async () => {
  const { read, known } = given();
  read.mockRejectedValueOnce(new Error("throttled"));
  await expect(known("a")).rejects.toThrow("throttled");
  expect(await known("a")).toBe(`a at ${at(0)}`);
});

it("keeps no more than a process needs", async () => {
  const { read, known } = given();
  for (let other = 0; other < 1_000; other += 1) await known(`other ${other}`);
  await known("one too many");
  await known("other 0");
  expect(read).toHaveBeenCalledTimes(1_002);
});
