import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it, onTestFinished } from "vitest";
import { lookInto } from "../src/sqs/inspect.ts";
import { startSqs } from "../src/sqs/sqs.ts";
import { CLIENT } from "./support/fixture.ts";

it("a look into a queue tells how many messages there are and since when, takes none away, and shows no body", async () => {
  const sqs = await startSqs();
  onTestFinished(() => sqs.stop());
  const client = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
  onTestFinished(() => client.destroy());
  await client.send(new CreateQueueCommand({ QueueName: "looked-into" }));
  const QueueUrl = `${sqs.endpoint}/000000000000/looked-into`;
  expect(await lookInto(QueueUrl)).toEqual({ ready: 0, delayed: 0, inFlight: 0 });

  const before = Date.now();
  const send = (more: object) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: "secret", ...more }));
  await send({ DelaySeconds: 60 });
  await send({ DelaySeconds: 600 });
  const due = (await lookInto(QueueUrl)).firstReadyMs ?? 0;
  expect(due).toBeGreaterThanOrEqual(before + 60_000);
  expect(due).toBeLessThanOrEqual(Date.now() + 60_000);

  await send({});
  await client.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 60 }));
  const after = Date.now();
  await send({});
  for (let time = 0; time < 2; time += 1) {
    const look = await lookInto(QueueUrl);
    expect(look).toEqual({ ready: 1, delayed: 2, inFlight: 1, oldestSentMs: expect.any(Number), firstReadyMs: due });
    // The one that somebody has is the oldest.
    expect(look.oldestSentMs).toBeGreaterThanOrEqual(before);
    expect(look.oldestSentMs).toBeLessThanOrEqual(after);
  }
  await expect(lookInto(`${sqs.endpoint}/000000000000/nowhere`)).rejects.toThrow("nowhere was answered 404");
});
