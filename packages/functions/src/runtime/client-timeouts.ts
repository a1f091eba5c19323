import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { ServiceTimeoutError } from "../errors.ts";
import { leftMs, timeoutMsFor } from "./invocation.ts";
import { silentLogger } from "./silent-logger.ts";

/** The longest one request may take, from the connection to the answer's last byte. */
const LONGEST_REQUEST_MS = 3_000;

/**
 * Timeouts that close the connection. `requestTimeout` alone only warns, and covers only the headers:
 * https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
 */
export const CLIENT_TIMEOUTS = {
  requestHandler: {
    connectionTimeout: 1_000,
    requestTimeout: LONGEST_REQUEST_MS,
    throwOnRequestTimeout: true,
    socketTimeout: LONGEST_REQUEST_MS,
  },
  logger: silentLogger,
};

/** Makes a client answer within the invocation, the SDK's retries and pauses included. */
export function withTimeouts<Client extends DynamoDBClient | EventBridgeClient | SQSClient>(client: Client): Client {
  const stack = client.middlewareStack as SQSClient["middlewareStack"];
  stack.add((next) => (args) => within(leftMs(), () => next(args)), {
    name: "withinInvocation",
    step: "initialize",
    priority: "high",
  });
  // Runs inside the SDK's `retryMiddleware`, so once for each request.
  stack.add((next) => (args) => within(timeoutMsFor({ longestMs: LONGEST_REQUEST_MS }), () => next(args)), {
    name: "withinRequest",
    step: "finalizeRequest",
    priority: "low",
  });
  return client;
}

/** @throws {ServiceTimeoutError} */
async function within<Answer>(ms: number, asked: () => Promise<Answer>): Promise<Answer> {
  if (ms === Number.POSITIVE_INFINITY) return await asked();
  if (ms <= 0) throw new ServiceTimeoutError();
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new ServiceTimeoutError()), ms);
  try {
    return await Promise.race([asked(), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
