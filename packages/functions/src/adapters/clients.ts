import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Queue } from "../ports.ts";
import { attemptStore } from "./attempts.ts";
import { batchStore } from "./batches.ts";
import { bus as busOn } from "./bus.ts";
import { paces } from "./pace.ts";
import { queue, type Timed } from "./queue.ts";
import { clock } from "./real.ts";
import { receivers, sharedPlaces } from "./receivers.ts";
import { busName, queueUrl, settings, tableName } from "./resources.ts";
import { silentLogger } from "./silent-logger.ts";
import { callbackStore, callStore, hopStore } from "./table.ts";

/** Without it, a service that says nothing is waited for until the function's own end. */
export const PATIENCE = {
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 },
  logger: silentLogger,
};

/** The parts of the cloud, as each function takes them at cold start: a function calls only for what it is linked to. */
const sqs = new SQSClient(PATIENCE);

export const linkedQueue = <Message extends Timed>(name: string): Queue<Message> =>
  queue<Message>({ client: sqs, queueUrl: queueUrl(name), clock });

export const linkedBus = () => busOn({ client: new EventBridgeClient(PATIENCE), busName: busName() });

const table = () => ({
  client: new DynamoDBClient(PATIENCE),
  tableName: tableName(),
  retentionDays: settings().retentionDays,
  clock,
});
export const linkedCalls = () => callStore(table());
export const linkedDeliveries = () => callbackStore(table());
export const linkedPaces = () => paces(table());
export const linkedAttempts = () => attemptStore(table());
export const linkedBatches = () => batchStore(table());
export const linkedHops = () => hopStore(table());
export const linkedReceivers = () => sharedPlaces(receivers(table()));
