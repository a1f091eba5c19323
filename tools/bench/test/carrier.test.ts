import { expect, it, onTestFinished } from "vitest";
import { startCarrier } from "../load/carrier.ts";

it("tells nothing of the calls that it has placed, and goes on when it is asked", async () => {
  const carrier = await startCarrier({ pauseMs: 0 });
  onTestFinished(() => carrier.stop());
  // What the timers ask of every call that has not ended by its deadline.
  const asked = { headers: { authorization: "Bearer the.jwt" } };
  const answers = [await fetch(`${carrier.url}/v1/calls/1`, asked), await fetch(`${carrier.url}/v1/calls/2`, asked)];
  expect(answers.map(({ status }) => status)).toEqual([404, 404]);
});
