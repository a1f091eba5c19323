import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MappingSettings } from "../src/program/declarations.ts";
import { EventSourceMapping, type MappingOptions } from "../src/sqs/event-source-mapping.ts";
import { type Sqs, startSqs } from "../src/sqs/sqs.ts";
import { CLIENT } from "./support/fixture.ts";

type Answer = (records: SQSRecord[], invocation: number) => unknown;

const SETTINGS: MappingSettings = {
  batchSize: 10,
  batchingWindowSeconds: 0,
  maximumConcurrency: undefined,
  partialResponses: true,
};

describe("an event source mapping", () => {
  let sqs: Sqs;
  let client: SQSClient;

  beforeAll(async () => {
    sqs = await startSqs();
    client = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
  });
  afterAll(() => sqs.stop());

  /** Collects what is asked of the function until it has been given so many messages, those that come again included. */
  const run = async (args: {
    queue: string;
    bodies: string[];
    messages: number;
    answer: Answer;
    /** Called when the mapping begins to wait for messages. */
    onPoll?: () => void;
    settings?: object;
    visibilitySeconds?: number;
    options?: Pick<MappingOptions, "largestBatch" | "quietQueueSeconds">;
  }) => {
    const { QueueUrl = "" } = await client.send(
      new CreateQueueCommand({
        QueueName: args.queue,
        Attributes: { VisibilityTimeout: String(args.visibilitySeconds ?? 1) },
      }),
    );
    for (const MessageBody of args.bodies) await client.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const seen: string[][] = [];
    const enough = Promise.withResolvers<void>();
    const invoke = async (event: unknown) => {
      const { Records } = event as SQSEvent;
      seen.push(Records.map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`));
      if (seen.flat().length >= args.messages) enough.resolve();
      return args.answer(Records, seen.length);
    };
    const polling = new SQSClient({ ...CLIENT, endpoint: sqs.endpoint });
    polling.middlewareStack.add((next, { commandName }) => (request) => {
      if (commandName === "ReceiveMessageCommand") args.onPoll?.();
      return next(request);
    });
    const mapping = new EventSourceMapping({
      client: polling,
      queue: { arn: `arn:aws:sqs:eu-west-1:000000000000:${args.queue}`, url: QueueUrl, region: "eu-west-1" },
      settings: { ...SETTINGS, ...args.settings },
      ...args.options,
      pool: { invoke, limit: 8 },
      onError: (message) => enough.reject(new Error(message)),
    });
    await enough.promise;
    return { seen, mapping, QueueUrl };
  };

  it.each<[string, Answer]>([
    ["throws", () => Promise.reject(new Error("no"))],
    ["names a message that is not in the batch", () => ({ batchItemFailures: [{ itemIdentifier: "other" }] })],
    ["names nothing", () => ({ batchItemFailures: [{ itemIdentifier: "" }] })],
  ])("gives the whole batch again when its function %s, after the visibility timeout", async (what, answer) => {
    const startedAt = Date.now();
    const { seen, mapping } = await run({
      queue: what.replaceAll(" ", "-"),
      bodies: ["a", "b"],
      messages: 4,
      answer: (records, invocation) => (invocation === 1 ? answer(records, invocation) : undefined),
    });
    const [first, ...again] = seen;
    expect(first).toEqual(["a 1", "b 1"]);
    // Each comes when its own timeout is over, so the queue may hand them over apart.
    expect(again.flat().toSorted()).toEqual(["a 2", "b 2"]);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(950);
    await mapping.stop();
  });

  it("does not read the answer unless partial responses are on", async () => {
    const { mapping, QueueUrl } = await run({
      queue: "unread",
      bodies: ["a"],
      messages: 1,
      settings: { partialResponses: false },
      answer: ([record]) => ({ batchItemFailures: [{ itemIdentifier: record?.messageId }] }),
    });
    await expect.poll(() => left(QueueUrl)).toEqual("0 0");
    await mapping.stop();
  });

  it("tells its function of the chains that all messages of the batch belong to", async () => {
    const lineages = Promise.withResolvers<readonly string[]>();
    const { QueueUrl = "" } = await client.send(new CreateQueueCommand({ QueueName: "chains" }));
    const Entries = ["a", "b"].map((name) => ({
      Id: name,
      MessageBody: name,
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: `Lineage=${name}` } },
    }));
    await client.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [...Entries, { Id: "c", MessageBody: "begins one" }] }),
    );
    const mapping = new EventSourceMapping({
      client,
      queue: { arn: "arn:aws:sqs:eu-west-1:000000000000:chains", url: QueueUrl, region: "eu-west-1" },
      settings: SETTINGS,
      pool: { invoke: async (_event, { traceHeaders = [] } = {}) => lineages.resolve(traceHeaders), limit: 1 },
      onError: (message) => lineages.reject(new Error(message)),
    });
    expect(await lineages.promise).toEqual(["Lineage=a", "Lineage=b"]);
    await mapping.stop();
  });

  it("works on no more batches at once than it may", async () => {
    const held = Promise.withResolvers<void>();
    let atOnce = 0;
    let most = 0;
    const { mapping } = await run({
      queue: "narrow",
      bodies: ["a", "b", "c", "d"],
      messages: 4,
      settings: { batchSize: 1, maximumConcurrency: 2 },
      answer: async () => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        if (atOnce === 2) held.resolve();
        await held.promise;
        atOnce -= 1;
      },
    });
    expect(most).toBe(2);
    await mapping.stop();
  });

  it("with a window gathers as many batches side by side as AWS does, and no more than it may work on", async () => {
    const { seen, mapping, QueueUrl } = await run({
      queue: "side-by-side",
      bodies: Array.from({ length: 20 }, (_, index) => `m${index}`),
      messages: 20,
      settings: { batchSize: 10, batchingWindowSeconds: 5, maximumConcurrency: 2 },
      answer: () => undefined,
    });
    expect(seen.map((batch) => batch.length)).toEqual([10, 10]);
    await expect.poll(() => left(QueueUrl)).toEqual("0 0");
    await mapping.stop();
  });

  it("gathers more than ten messages within its window", async () => {
    const { seen, mapping, QueueUrl } = await run({
      queue: "wide",
      bodies: Array.from({ length: 12 }, (_, index) => `m${index}`),
      messages: 12,
      settings: { batchSize: 12, batchingWindowSeconds: 1, maximumConcurrency: 1 },
      answer: () => undefined,
    });
    expect(seen[0]).toHaveLength(12);
    await expect.poll(() => left(QueueUrl)).toEqual("0 0");
    await mapping.stop();
  });

  describe.each([
    ["", {}],
    [", and handed over one by one", { largestBatch: 1 }],
  ])("with a window, on a quiet queue%s", (_, options) => {
    // In AWS 20 s are waited; six time-outs of a function of 2 s, and a window of a second, are 13.
    const settings = { batchingWindowSeconds: 1 };
    const quiet = { ...options, quietQueueSeconds: 3 };
    const queue = `quiet-${Object.keys(options).length}`;

    it("hands a message over again where its visibility covers the window alone", async () => {
      const { seen, mapping } = await run({
        queue: `${queue}-short`,
        bodies: ["report"],
        messages: 2,
        visibilitySeconds: 2,
        settings,
        options: quiet,
        answer: () => undefined,
      });
      expect(seen.flat().slice(0, 2)).toEqual(["report 1", "report 2"]);
      await mapping.stop();
    });

    it("hands it over once where its visibility covers the wait", async () => {
      const { seen, mapping, QueueUrl } = await run({
        queue: `${queue}-long`,
        bodies: ["report"],
        messages: 1,
        visibilitySeconds: 6,
        settings,
        options: quiet,
        answer: () => undefined,
      });
      await expect.poll(() => left(QueueUrl)).toEqual("0 0");
      expect(seen).toEqual([["report 1"]]);
      await mapping.stop();
    });
  });

  it("hands over a message by the poll that was under way when it was sent", async () => {
    let polls = 0;
    const pollsAtArrival: number[] = [];
    let arrived = Promise.withResolvers<void>();
    const { mapping, QueueUrl } = await run({
      queue: "idle",
      bodies: ["first"],
      messages: 1,
      onPoll: () => {
        polls += 1;
      },
      answer: () => {
        pollsAtArrival.push(polls);
        arrived.resolve();
      },
    });
    for (let arrivals = 1; arrivals <= 5; arrivals += 1) {
      arrived = Promise.withResolvers();
      await expect.poll(() => polls).toBe(arrivals + 1);
      const Entries = [{ Id: "1", MessageBody: "next" }];
      await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
      await arrived.promise;
    }
    expect(pollsAtArrival).toEqual([1, 2, 3, 4, 5, 6]);
    await mapping.stop();
  });

  const left = async (QueueUrl: string) => {
    const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
    return `${Attributes?.ApproximateNumberOfMessages} ${Attributes?.ApproximateNumberOfMessagesNotVisible}`;
  };
});
