import { expect, it } from "vitest";
import { inTime } from "../work.ts";

it("tells of a job that failed while others are yet to begin, and ends nothing else by it", async () => {
  const begun: number[] = [];
  const jobs = inTime(3, { perSecond: 100 }, async (index) => {
    begun.push(index);
    if (index === 0) throw new Error("refused");
  });
  await expect(jobs).rejects.toThrow("refused");
  expect(begun).toEqual([0, 1, 2]);
});
