import { randomUUID } from "node:crypto";
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Rig } from "../rig/rig.ts";
import type { Requests } from "../rig/tally.ts";
import { inParallel, secondsOf } from "../work.ts";

/** As long as a message of ours, and as an event. */
const BODY = "m".repeat(900);
const DETAIL = JSON.stringify({ metadata: { id: randomUUID(), tid: randomUUID() }, data: "d".repeat(120) });
const ITEM_BYTES = 700;

type Send = () => Promise<unknown>;
type Operation = Pick<Requests, "operation" | "requests" | "items" | "bytes">;

/** The seconds that the emulators alone take for the same requests. */
export async function bareSeconds(
  rig: Rig,
  { operations, concurrency }: { operations: readonly Operation[]; concurrency: number },
): Promise<number> {
  const senders = operations.map(({ operation, requests, items, bytes }) => ({
    requests,
    send: senderOf(operation, { stage: rig, items: Math.max(1, Math.round(items / requests)), bytes: bytes / items }),
  }));
  await rig.clients.dynamoDb.send(new PutItemCommand({ TableName: rig.tableName, Item: itemOf("read", ITEM_BYTES) }));
  await fillQueue(rig, operations);
  const all = evenly(senders);
  return await secondsOf(() => inParallel(all.length, { concurrency }, async (index) => await all[index]?.()));
}

/** All of each kind, the kinds mixed as they are in a call. */
function evenly(senders: readonly { requests: number; send: Send }[]): readonly Send[] {
  return senders
    .flatMap(({ requests, send }) => Array.from({ length: requests }, (_, index) => ({ at: index / requests, send })))
    .toSorted((one, other) => one.at - other.at)
    .map(({ send }) => send);
}

const received: { ReceiptHandle: string | undefined }[] = [];

function senderOf(
  operation: string,
  { stage: rig, items, bytes }: { stage: Rig; items: number; bytes: number },
): () => Promise<unknown> {
  const { dynamoDb, sqs, eventBridge } = rig.clients;
  const { tableName: TableName, parkingQueueUrl: QueueUrl, busName: EventBusName } = rig;
  const size = Number.isFinite(bytes) && bytes > 0 ? bytes : ITEM_BYTES;
  const each = <Value>(of: () => Value) => Array.from({ length: items }, of);
  const keyOf = (id: string) => ({ pk: { S: `bare#${id}` }, sk: { S: "bare" } });
  switch (operation) {
    case "GetItem":
      return () => dynamoDb.send(new GetItemCommand({ TableName, Key: keyOf("read"), ConsistentRead: true }));
    case "Query":
      return () =>
        dynamoDb.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: "pk = :pk",
            ExpressionAttributeValues: { ":pk": { S: "bare#read" } },
            ConsistentRead: true,
          }),
        );
    case "DeleteItem":
      return () => dynamoDb.send(new DeleteItemCommand({ TableName, Key: keyOf(randomUUID()) }));
    case "PutItem":
      return () => dynamoDb.send(new PutItemCommand({ TableName, Item: itemOf(randomUUID(), size) }));
    case "UpdateItem":
      return () =>
        dynamoDb.send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf(randomUUID()),
            UpdateExpression: "SET hops = :hops, expires_at = :hops",
            ExpressionAttributeValues: { ":hops": { N: "1" } },
          }),
        );
    case "BatchGetItem":
      return () => {
        const Keys = each(() => keyOf(randomUUID()));
        return dynamoDb.send(
          new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }),
        );
      };
    case "BatchWriteItem":
      return () => {
        const puts = each(() => ({ PutRequest: { Item: itemOf(randomUUID(), size) } }));
        return dynamoDb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
      };
    case "SendMessage":
      return () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: BODY, DelaySeconds: 900 }));
    case "SendMessageBatch":
      return () => sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", MessageBody: BODY }] }));
    case "ReceiveMessage":
      return async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, MessageSystemAttributeNames: ["All"] }),
        );
        received.push(...Messages.map(({ ReceiptHandle }) => ({ ReceiptHandle })));
      };
    case "DeleteMessageBatch":
      return async () => {
        const [{ ReceiptHandle } = { ReceiptHandle: undefined }] = received.splice(0, 1);
        if (ReceiptHandle === undefined) return;
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: "1", ReceiptHandle }] }));
      };
    case "PutEvents":
      return () =>
        eventBridge.send(
          new PutEventsCommand({ Entries: [{ EventBusName, Source: "bare", DetailType: "bare", Detail: DETAIL }] }),
        );
    default:
      throw new TypeError(`what ${operation} is by itself is not known here`);
  }
}

function itemOf(id: string, bytes: number) {
  return {
    pk: { S: `bare#${id}` },
    sk: { S: "bare" },
    content: { S: "c".repeat(Math.max(1, Math.round(bytes) - 60)) },
  };
}

/** So that there is something to receive. */
async function fillQueue({ clients, parkingQueueUrl: QueueUrl }: Rig, operations: readonly Operation[]) {
  const messages = operations.find(({ operation }) => operation === "ReceiveMessage")?.requests ?? 0;
  await inParallel(messages, { concurrency: 16 }, () =>
    clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: BODY })),
  );
}
