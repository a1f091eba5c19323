import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { LIMITS } from "../limits.ts";

/** A message as Lambda hands it to a function. */
export function toRecord({ message, queueArn, region }: { message: Message; queueArn: string; region: string }) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(
    ([name, value]) => [name, toRecordAttribute(value)] as const,
  );
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}

/** In as many parts as it takes for each to fit into one invocation: a batch of ten may hold ten times a mebibyte. */
export function splitByPayload(args: {
  messages: readonly Message[];
  recordOf: (message: Message) => object;
}): Message[][] {
  const parts: Message[][] = [];
  let left = 0;
  for (const message of args.messages) {
    const bytes = Buffer.byteLength(JSON.stringify(args.recordOf(message))) + 1;
    if (bytes > left) {
      parts.push([]);
      left = LIMITS.lambda.requestBytes - ENVELOPE_BYTES;
    }
    left -= bytes;
    parts.at(-1)?.push(message);
  }
  return parts;
}

const ENVELOPE_BYTES = '{"Records":[]}'.length;

export function traceHeadersOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ Attributes }) => Attributes?.AWSTraceHeader ?? []);
}

function toRecordAttribute(value: MessageAttributeValue) {
  return {
    ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
    ...(value.BinaryValue !== undefined && { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
    stringListValues: [],
    binaryListValues: [],
    dataType: value.DataType,
  };
}

/**
 * Which messages a function's answer declares done: all of them, all but those it names, or, when the answer cannot be
 * understood, none.
 */
export function succeeded({ messages, response }: { messages: readonly Message[]; response: unknown }): Message[] {
  const failed = failedIds(response);
  const ids = new Set(messages.map((message) => message.MessageId));
  if (!failed?.every((id) => ids.has(id))) return [];
  return messages.filter(({ MessageId }) => MessageId === undefined || !failed.includes(MessageId));
}

function failedIds(response: unknown): string[] | undefined {
  if (response === null || response === undefined) return [];
  if (typeof response !== "object") return undefined;
  const failures = (response as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === null || failures === undefined) return [];
  if (!Array.isArray(failures)) return undefined;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every((id) => typeof id === "string" && id !== "") ? (ids as string[]) : undefined;
}
