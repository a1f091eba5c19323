import type { SQSEvent } from "aws-lambda";

/** A batch whose messages have the ids m1, m2, … */
export function batch(...bodies: unknown[]): SQSEvent {
  return batchSent(new Date(0).toISOString(), ...bodies);
}

export function batchSent(sentAt: string, ...bodies: unknown[]): SQSEvent {
  const Records = bodies.map((body, index) => ({
    messageId: `m${index + 1}`,
    receiptHandle: "",
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.parse(sentAt)),
      SenderId: "",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:000000000000:dial",
    awsRegion: "eu-west-1",
  }));
  return { Records };
}
