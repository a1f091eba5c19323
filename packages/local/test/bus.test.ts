import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bus } from "../src/bus/bus.ts";
import { type Sqs, startSqs } from "../src/sqs/sqs.ts";
import vectors from "./fixtures/eventbridge.vectors.json" with { type: "json" };
import { CLIENT } from "./support/fixture.ts";

const QUEUE_ARN = "arn:aws:sqs:eu-west-1:000000000000";
const EVENT: PutEventsRequestEntry = { EventBusName: "main", Source: "test", DetailType: "said", Detail: "{}" };

describe("the bus, to a real client", () => {
  const lost: string[] = [];
  let sqs: Sqs;
  let bus: Bus;
  let queues: SQSClient;
  let client: EventBridgeClient;

  beforeAll(async () => {
    [sqs, bus] = await Promise.all([startSqs(), Bus.start()]);
    queues = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
    client = new EventBridgeClient({ ...CLIENT, endpoint: bus.endpoint });
    bus.open({
      region: "eu-west-1",
      buses: ["main"],
      client: queues,
      sqsEndpoint: sqs.endpoint,
      onLost: (message) => lost.push(message),
    });
  });
  afterAll(() => Promise.all([bus.stop(), sqs.stop()]));

  const subscribe = async ({ name, target }: { name: string; target: object }) => {
    const EventPattern = JSON.stringify({ source: [name] });
    await client.send(new PutRuleCommand({ Name: name, EventBusName: "main", EventPattern }));
    const Targets = [{ Id: "1", Arn: `${QUEUE_ARN}:${name}`, ...target }];
    await client.send(new PutTargetsCommand({ Rule: name, EventBusName: "main", Targets }));
  };

  it("keeps rules and targets, and lets go of them", async () => {
    await subscribe({ name: "kept", target: {} });
    const { Rules } = await client.send(new ListRulesCommand({ EventBusName: "main", NamePrefix: "kept" }));
    expect(Rules).toEqual([
      {
        Name: "kept",
        Arn: "arn:aws:events:eu-west-1:000000000000:rule/main/kept",
        EventPattern: '{"source":["kept"]}',
        State: "ENABLED",
        EventBusName: "main",
      },
    ]);
    const rule = { Rule: "kept", EventBusName: "main" };
    await expect(client.send(new DeleteRuleCommand({ Name: "kept", EventBusName: "main" }))).rejects.toThrow("targets");
    await client.send(new RemoveTargetsCommand({ ...rule, Ids: ["1"] }));
    expect((await client.send(new ListTargetsByRuleCommand(rule))).Targets).toEqual([]);
    await client.send(new DeleteRuleCommand({ Name: "kept", EventBusName: "main" }));
    await expect(client.send(new ListTargetsByRuleCommand(rule))).rejects.toThrow(ResourceNotFoundException);
  });

  it("describes itself", async () => {
    const { Arn } = await client.send(new DescribeEventBusCommand({ Name: "main" }));
    expect(Arn).toBe("arn:aws:events:eu-west-1:000000000000:event-bus/main");
    await expect(client.send(new DescribeEventBusCommand({ Name: "no" }))).rejects.toThrow(ResourceNotFoundException);
  });

  it("takes the good entries of a request and says what is wrong with the others", async () => {
    const Entries = [
      EVENT,
      { ...EVENT, Source: "" },
      { ...EVENT, DetailType: "" },
      { ...EVENT, Detail: "[]" },
      { ...EVENT, Detail: "{" },
      { ...EVENT, Source: "aws.ec2" },
    ];
    const answer = await client.send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(5);
    expect(answer.Entries?.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      "string",
      "InvalidArgument",
      "InvalidArgument",
      "MalformedDetail",
      "MalformedDetail",
      "NotAuthorizedForSourceException",
    ]);
  });

  it("refuses more than ten entries, and more than a megabyte", async () => {
    const put = (Entries: PutEventsRequestEntry[]) => client.send(new PutEventsCommand({ Entries }));
    await expect(put(Array(11).fill(EVENT))).rejects.toMatchObject({ name: "ValidationException" });
    const half = { ...EVENT, Detail: JSON.stringify({ text: "x".repeat(512 * 1024) }) };
    await expect(put([half])).resolves.toMatchObject({ FailedEntryCount: 0 });
    await expect(put([half, half])).rejects.toMatchObject({ name: "ValidationException" });
  });

  it("takes what is put on a bus that is not there, and drops it", async () => {
    const answer = await client.send(new PutEventsCommand({ Entries: [{ ...EVENT, EventBusName: "nowhere" }] }));
    expect(answer.FailedEntryCount).toBe(0);
    expect(lost.some((message) => message.includes('"nowhere"'))).toBe(true);
  });

  it("brings texts of every script to a queue", async () => {
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: "scripts" }));
    await subscribe({ name: "scripts", target: {} });
    const detail = { text: "ä€请🔐\u0000\ufffe\uffff" };
    const Entries = [{ ...EVENT, Source: "scripts", Detail: JSON.stringify(detail) }];
    await client.send(new PutEventsCommand({ Entries }));
    const { Messages } = await queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    expect(JSON.parse(Messages?.[0]?.Body ?? "{}")).toMatchObject({ source: "scripts", detail });
  });

  it("puts into the dead letters what its target cannot take", async () => {
    const { QueueUrl } = await queues.send(new CreateQueueCommand({ QueueName: "dead-letters" }));
    const RetryPolicy = { MaximumRetryAttempts: 1 };
    await subscribe({ name: "gone", target: { DeadLetterConfig: { Arn: `${QUEUE_ARN}:dead-letters` }, RetryPolicy } });
    const { Entries } = await client.send(new PutEventsCommand({ Entries: [{ ...EVENT, Source: "gone" }] }));
    const { Messages } = await queues.send(
      new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5, MessageAttributeNames: ["All"] }),
    );
    expect(JSON.parse(Messages?.[0]?.Body ?? "{}")).toMatchObject({ id: Entries?.[0]?.EventId, source: "gone" });
    expect(Messages?.[0]?.MessageAttributes).toMatchObject({
      RULE_ARN: { StringValue: "arn:aws:events:eu-west-1:000000000000:rule/main/gone" },
      TARGET_ARN: { StringValue: `${QUEUE_ARN}:gone` },
      RETRY_ATTEMPTS: { StringValue: "0" },
    });
  });

  it("refuses patterns as PutRule does, and tests them", async () => {
    const invalid = vectors.filter(({ expected }) => expected === "ERR");
    expect(invalid).toHaveLength(3);
    for (const { pattern } of invalid) {
      const EventPattern = JSON.stringify(pattern);
      const put = client.send(new PutRuleCommand({ Name: "bad", EventBusName: "main", EventPattern }));
      await expect(put).rejects.toThrow(InvalidEventPatternException);
    }
    const Event = JSON.stringify({ source: "a" });
    const test = (EventPattern: string) => client.send(new TestEventPatternCommand({ EventPattern, Event }));
    expect((await test('{"source":["a"]}')).Result).toBe(true);
    expect((await test('{"source":["b"]}')).Result).toBe(false);
    await expect(test("{")).rejects.toThrow(InvalidEventPatternException);
  });

  it("refuses what it does not imitate", async () => {
    await client.send(new PutRuleCommand({ Name: "r", EventBusName: "main", EventPattern: '{"source":["r"]}' }));
    const put = (target: object) =>
      client.send(
        new PutTargetsCommand({
          Rule: "r",
          EventBusName: "main",
          Targets: [{ Id: "1", Arn: `${QUEUE_ARN}:q`, ...target }],
        }),
      );
    await expect(put({ InputPath: "$.detail" })).rejects.toThrow("InputPath");
    await expect(put({ Arn: "arn:aws:sns:eu-west-1:000000000000:t" })).rejects.toThrow("Only SQS queues");
  });
});
