import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Local, startLocal } from "../src/local.ts";
import type { Lap } from "./fixtures/loops/handler.ts";
import { LOOPS, sqsClient } from "./support/fixture.ts";
import { Logs } from "./support/logs.ts";

const REFUSED = /invocation 17 in one chain \(RecursiveInvocationsDropped\)/;

const start = async (variables: Record<string, string> = {}) => {
  const logs = new Logs();
  const local = await startLocal({ root: LOOPS, variables, onLog: logs.add });
  const laps = (name: string) => logs.lines.map(({ line }) => line).filter((line) => line.startsWith(`${name} `));
  return { local, logs, laps };
};

async function begin(local: Local, { name, left, by }: Lap): Promise<string> {
  const query = new URLSearchParams({ name, left: String(left), by });
  return (await fetch(`${local.outputs.url}?${query}`)).text();
}

/** The first of them: a slow machine takes longer than one receive waits. */
async function deadLetters(local: Local): Promise<{ lap: Lap; trace: string | undefined }[]> {
  const sqs = sqsClient(local);
  const receive = new ReceiveMessageCommand({
    QueueUrl: String(local.resource("DeadLetters").url),
    WaitTimeSeconds: 10,
    MessageSystemAttributeNames: ["AWSTraceHeader"],
  });
  for (;;) {
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) continue;
    return Messages.map(({ Body = "", Attributes }) => {
      const read = JSON.parse(Body) as Lap & { detail?: Lap };
      return { lap: read.detail ?? read, trace: Attributes?.AWSTraceHeader };
    });
  }
}

describe("a function that sends to the queue that it is invoked from", () => {
  let running: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    running = await start();
  }, 20_000);
  afterAll(() => running.local.stop());

  it.each(["message", "batch", "event"] as const)(
    "is not invoked for the 17th time in one chain, by %s: the message goes to the dead letters",
    async (by) => {
      const { local, logs, laps } = running;
      const refusedBefore = logs.lines.filter(({ line }) => REFUSED.test(line)).length;
      const trace = await begin(local, { name: by, left: 16, by });
      const [dead] = await deadLetters(local);
      expect(dead?.lap).toEqual({ name: by, left: 0, by });
      expect(dead?.trace).toContain(trace.split(";")[0]);
      expect(laps(by)).toEqual(Array.from({ length: 16 }, (_, index) => `${by} ${16 - index}`));
      // Each of the receives that the queue allows is one refusal.
      expect(logs.lines.filter(({ line }) => REFUSED.test(line)).length - refusedBefore).toBe(2);
    },
  );

  it("is invoked sixteen times, and each event has a count of its own", async () => {
    const { local, logs } = running;
    await begin(local, { name: "one", left: 15, by: "message" });
    await begin(local, { name: "other", left: 15, by: "message" });
    await logs.until(({ line }) => line === "one 0");
    await logs.until(({ line }) => line === "other 0");
  });
});

describe("a function that is allowed to", () => {
  it("is invoked in one chain as often as the chain asks for", async () => {
    const { local, logs, laps } = await start({ RECURSIVE_LOOP: "Allow" });
    await begin(local, { name: "meant", left: 40, by: "message" });
    await logs.until(({ line }) => line === "meant 0");
    expect(laps("meant")).toHaveLength(41);
    await local.stop();
  });

  it("is not where its recursion is to be terminated", async () => {
    const { local } = await start({ RECURSIVE_LOOP: "Terminate" });
    await begin(local, { name: "not meant", left: 16, by: "message" });
    expect(await deadLetters(local)).toMatchObject([{ lap: { left: 0 } }]);
    await local.stop();
  });

  it("is set in words that AWS knows", async () => {
    await expect(start({ RECURSIVE_LOOP: "Sometimes" })).rejects.toThrow('must be "Allow" or "Terminate"');
  });
});
