import { randomUUID } from "node:crypto";

export function messageEvent({ body, queue, atMs }: { body: string; queue: string; atMs: number }): object {
  const messageId = randomUUID();
  const attributes = {
    ApproximateReceiveCount: "1",
    SentTimestamp: String(atMs),
    ApproximateFirstReceiveTimestamp: String(atMs),
  };
  const eventSourceARN = `arn:aws:sqs:us-east-1:000000000000:${queue}`;
  const of = { messageAttributes: {}, md5OfBody: "", eventSource: "aws:sqs", eventSourceARN, awsRegion: "us-east-1" };
  return { Records: [{ messageId, receiptHandle: messageId, body, attributes, ...of }] };
}

/** Of a gateway and a function URL; form posts come in base64. */
export function httpEvent(given: { url: string; body: string; headers: Record<string, string>; atMs: number }): object {
  const { body, headers, atMs } = given;
  const { pathname, host } = new URL(given.url);
  const isForm = headers["content-type"]?.includes("urlencoded") ?? false;
  const http = { method: "POST", path: pathname, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "bench" };
  const context = { accountId: "000000000000", apiId: "bench", domainName: host, http, requestId: randomUUID() };
  return {
    ...{ version: "2.0", routeKey: "$default", rawPath: pathname, rawQueryString: "" },
    headers: { ...headers, host, "x-forwarded-proto": "https" },
    requestContext: { ...context, routeKey: "$default", stage: "$default", time: "", timeEpoch: atMs },
    ...{ body: isForm ? Buffer.from(body).toString("base64") : body, isBase64Encoded: isForm },
  };
}
