import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { queue } from "../../src/sqs/queue.ts";
import { fakeClock } from "../../testing/clock.ts";
import { at, TID } from "../given.ts";

const sqs = mockClient(SQSClient);
beforeEach(() => void sqs.reset());

const queueUrl = "https://sqs.example/dial";
const dial = queue({ client: new SQSClient({ region: "eu-west-1" }), queueUrl, clock: fakeClock(at(10)) });
const message = { v: 1, tid: TID } as const;

it.each([
  ["without a time", undefined, undefined],
  ["whose time has come", at(10), undefined],
  ["whose time is past", at(0), undefined],
  ["a moment early, for a whole second", new Date(Date.parse(at(10)) + 1).toISOString(), 1],
  ["between two seconds, rounded up", new Date(Date.parse(at(12)) + 400).toISOString(), 3],
  ["at the longest delay there is", at(910), 900],
  ["for longer than that, in a first hop", at(10_000), 900],
])("a message %s is sent with the delay that is left", async (_, not_before, delay) => {
  sqs.resolves({});
  const timed = not_before === undefined ? message : { ...message, not_before };
  await dial.send(timed);
  expect(sqs.calls().map(({ args: [command] }) => command.input)).toEqual([
    {
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(timed),
      ...(delay !== undefined && { DelaySeconds: delay }),
    },
  ]);
});

it("a message is written in characters that SQS takes", async () => {
  sqs.resolves({});
  const texts = { ...message, text: "ä€\u0000\ud800\ufffe\uffff🔐" };
  await dial.send(texts);
  const { MessageBody = "" } = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input ?? {};
  expect(MessageBody).toMatch(/^[\t\n\r\u0020-\ud7ff\ue000-\ufffd]+$/);
  expect(JSON.parse(MessageBody)).toEqual(texts);
});

it("a message that the queue refuses is not reported as sent", async () => {
  const down = new Error("down");
  sqs.rejects(down);
  await expect(dial.send(message)).rejects.toBe(down);
});
