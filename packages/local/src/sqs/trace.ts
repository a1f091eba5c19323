import { createHash } from "node:crypto";
import type { buildApp } from "fauxqs";

interface Attribute {
  DataType: string;
  StringValue?: string;
  /** In base64. */
  BinaryValue?: string;
}

type Attributes = Record<string, Attribute>;

interface Sent {
  Id?: string;
  MessageAttributes?: Attributes;
  MessageSystemAttributes?: { AWSTraceHeader?: Attribute };
}

interface Request extends Sent {
  Entries?: Sent[];
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

interface Digested {
  Id?: string;
  MD5OfMessageAttributes?: string;
}

interface Received extends Digested {
  Attributes?: Record<string, string>;
  MessageAttributes?: Attributes;
}

/** The message attribute in which fauxqs keeps a trace header, in the dead letters too. Nobody else sees it. */
const KEPT = "AWSTraceHeader";

/**
 * SQS keeps the trace header of a request with its messages, as a system attribute; one that is set for a message comes
 * before the request's (https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html). fauxqs does not know it.
 */
export function keepTraceHeaders(app: ReturnType<typeof buildApp>): void {
  app.addHook("preHandler", async ({ headers, body }) => {
    const request = body as Request;
    switch (headers["x-amz-target"]) {
      case "AmazonSQS.SendMessage":
      case "AmazonSQS.SendMessageBatch":
        for (const sent of request.Entries ?? [request]) keep({ sent, header: headers["x-amzn-trace-id"] });
        return;
      case "AmazonSQS.ReceiveMessage":
        // What is not asked for is left out before it comes here.
        if (request.MessageAttributeNames?.length) request.MessageAttributeNames.push(KEPT);
    }
  });
  app.addHook("preSerialization", async ({ headers, body }, _reply, payload) => {
    const request = body as Request;
    const answer = payload as Digested & { Successful?: Digested[]; Messages?: Received[] };
    switch (headers["x-amz-target"]) {
      case "AmazonSQS.SendMessage":
        return digested({ answer, sent: request });
      case "AmazonSQS.SendMessageBatch":
        return {
          ...answer,
          Successful: answer.Successful?.map((one) =>
            digested({ answer: one, sent: request.Entries?.find(({ Id }) => Id === one.Id) }),
          ),
        };
      case "AmazonSQS.ReceiveMessage":
        return { ...answer, Messages: answer.Messages?.map((received) => revealed({ received, request })) };
      default:
        return payload;
    }
  });
}

function keep({ sent, header }: { sent: Sent; header: unknown }): void {
  const value = sent.MessageSystemAttributes?.AWSTraceHeader?.StringValue ?? header;
  if (typeof value !== "string") return;
  sent.MessageAttributes = { ...sent.MessageAttributes, [KEPT]: { DataType: "String", StringValue: value } };
}

function revealed({ received, request }: { received: Received; request: Request }): Received {
  const { MessageAttributes: { [KEPT]: kept, ...attributes } = {}, Attributes, ...message } = received;
  const asked = [...(request.AttributeNames ?? []), ...(request.MessageSystemAttributeNames ?? [])];
  const isAsked = kept?.StringValue !== undefined && (asked.includes("All") || asked.includes(KEPT));
  const system = { ...Attributes, ...(isAsked && { [KEPT]: kept.StringValue }) };
  return {
    ...digested({ answer: message, sent: { MessageAttributes: attributes } }),
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
  };
}

/** With the digest of the attributes that there are for others. */
function digested<Of extends Digested>({ answer, sent }: { answer: Of; sent: Sent | undefined }): Of {
  const { MD5OfMessageAttributes: _ofAll, ...others } = answer;
  const { [KEPT]: _kept, ...attributes } = sent?.MessageAttributes ?? {};
  if (Object.keys(attributes).length === 0) return others as Of;
  return { ...others, MD5OfMessageAttributes: md5Of(attributes) } as Of;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
function md5Of(attributes: Attributes): string {
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const { DataType = "", StringValue, BinaryValue } = attributes[name] ?? {};
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.of(BinaryValue === undefined ? 1 : 2));
    add(BinaryValue === undefined ? Buffer.from(StringValue ?? "") : Buffer.from(BinaryValue, "base64"));
  }
  return hash.digest("hex");
}
