import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sqs, startSqs } from "../src/sqs/sqs.ts";
import { CLIENT } from "./support/fixture.ts";

const TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=a87bd80c:1";
const AWSTraceHeader = { DataType: "String", StringValue: TRACE } as const;
const ATTRIBUTES = {
  Kind: { DataType: "String", StringValue: "test" },
  Bytes: { DataType: "Binary", BinaryValue: Buffer.from([0, 1, 2]) },
};

describe("a queue of the local run", () => {
  let sqs: Sqs;
  let client: SQSClient;
  let QueueUrl: string;
  beforeAll(async () => {
    sqs = await startSqs();
    client = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
    ({ QueueUrl = "" } = await client.send(
      new CreateQueueCommand({ QueueName: "traced", Attributes: { VisibilityTimeout: "0" } }),
    ));
  });
  afterAll(() => sqs.stop());

  const received = async (asked: Partial<ReceiveMessageCommandInput>) => {
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, ...asked }));
    return Messages?.[0];
  };

  it("tells the trace header of a message where it is asked for it, each time, and keeps it out of its attributes", async () => {
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "traced",
        MessageAttributes: ATTRIBUTES,
        MessageSystemAttributes: { AWSTraceHeader },
      }),
    );
    const all: Partial<ReceiveMessageCommandInput> = {
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    for (const _ of [1, 2]) {
      const message = await received(all);
      expect(message?.Attributes).toMatchObject({ AWSTraceHeader: TRACE, ApproximateReceiveCount: expect.any(String) });
      expect(Object.keys(message?.MessageAttributes ?? {}).sort()).toEqual(["Bytes", "Kind"]);
      expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    }
    const some = await received({ MessageAttributeNames: ["Kind"], MessageSystemAttributeNames: ["AWSTraceHeader"] });
    expect([some?.Attributes, Object.keys(some?.MessageAttributes ?? {})]).toEqual([
      { AWSTraceHeader: TRACE },
      ["Kind"],
    ]);
    const none = await received({});
    expect(none?.Attributes).toBeUndefined();
  });

  it("answers as ever for what is sent without one", async () => {
    const { QueueUrl: other } = await client.send(new CreateQueueCommand({ QueueName: "untraced" }));
    const { Successful } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: other,
        Entries: [
          { Id: "bare", MessageBody: "bare" },
          { Id: "with", MessageBody: "with", MessageAttributes: ATTRIBUTES },
        ],
      }),
    );
    expect(Successful?.map(({ Id, MD5OfMessageAttributes }) => [Id, MD5OfMessageAttributes])).toEqual([
      ["bare", undefined],
      ["with", expect.stringMatching(/^[0-9a-f]{32}$/)],
    ]);
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: other, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["All"] }),
    );
    expect(Messages?.flatMap(({ Attributes }) => Attributes?.AWSTraceHeader ?? [])).toEqual([]);
    expect(Messages?.[1]?.MD5OfMessageAttributes).toBe(Successful?.[1]?.MD5OfMessageAttributes);
  });
});
