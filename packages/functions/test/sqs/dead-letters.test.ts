import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, expect, it } from "vitest";
import { PartialFailureError } from "../../src/errors.ts";
import { deadLetters } from "../../src/sqs/dead-letters.ts";

const sqs = mockClient(SQSClient);
beforeEach(() => void sqs.reset());

const queueUrl = "https://sqs.example/dead";
const letters = deadLetters({ client: new SQSClient({ region: "eu-west-1" }), queueUrl });
const letter = (index: number) => ({ id: `m${index}`, receipt: `r${index}`, body: "{}" });
const inputs = () => sqs.calls().map(({ args: [command] }) => command.input);

it("dead letters are received for as long as it takes to go through them", async () => {
  sqs.on(ReceiveMessageCommand).resolves({ Messages: [{ MessageId: "m1", ReceiptHandle: "r1", Body: "{}" }] });
  expect(await letters.receive()).toEqual([letter(1)]);
  expect(inputs()).toEqual([
    { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 300 },
  ]);
});

it("an empty dead-letter queue has no messages", async () => {
  sqs.on(ReceiveMessageCommand).resolves({});
  expect(await letters.receive()).toEqual([]);
});

it("a handled dead letter is deleted", async () => {
  sqs.on(DeleteMessageCommand).resolves({});
  await letters.remove(letter(1));
  expect(inputs()).toEqual([{ QueueUrl: queueUrl, ReceiptHandle: "r1" }]);
});

it("the other dead letters can be received again at once", async () => {
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({});
  await letters.release(Array.from({ length: 11 }, (_, index) => letter(index)));
  const entry = (index: number) => ({ Id: String(index % 10), ReceiptHandle: `r${index}`, VisibilityTimeout: 0 });
  expect(inputs()).toEqual([
    { QueueUrl: queueUrl, Entries: Array.from({ length: 10 }, (_, index) => entry(index)) },
    { QueueUrl: queueUrl, Entries: [entry(10)] },
  ]);
});

it("only the message that could not be released is released again", async () => {
  sqs
    .on(ChangeMessageVisibilityBatchCommand)
    .resolvesOnce({ Failed: [{ Id: "3", SenderFault: false, Code: "Busy" }] })
    .resolves({});
  await letters.release(Array.from({ length: 11 }, (_, index) => letter(index)));
  expect(inputs()).toMatchObject([
    { Entries: { length: 10 } },
    { Entries: { length: 1 } },
    { Entries: [{ Id: "0", ReceiptHandle: "r3", VisibilityTimeout: 0 }] },
  ]);
});

it("a message that can never be released makes the release fail", async () => {
  sqs.on(ChangeMessageVisibilityBatchCommand).resolves({ Failed: [{ Id: "0", SenderFault: true, Code: "Gone" }] });
  await expect(letters.release([letter(1)])).rejects.toEqual(
    new PartialFailureError("1 message(s) are left, and can be had again in 300 s"),
  );
});
