import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { DialQueueMessage } from "@promptcall/core/messages";
import {
  dynamoDb,
  eventBridge,
  linkedDeliveries,
  linkedIdempotency,
  linkedLists,
  linkedRoom,
} from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { httpHandler } from "../adapters/http.ts";
import { lazyCarrier } from "../adapters/lazy-carrier.ts";
import { linkedQueue, sqs } from "../adapters/linked-queue.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { busName, keys, queueUrl, settings, tableName } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { clock } from "../adapters/system-clock.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { apiApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("api");

const queueAnswers = (name: string) => async () =>
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl(name), AttributeNames: ["QueueArn"] }));

const app = apiApp({
  ...linkedProgress(),
  ...linkedDialing(),
  deliveries: linkedDeliveries(),
  carrier: lazyCarrier(),
  rate: linkedRoom(),
  clock,
  statusKeys: keys("StatusKey"),
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
  seal: seal(keys("SealKey")),
  log,
  pinKey: keys("PinKey")[0],
  lists: linkedLists(),
  idempotency: linkedIdempotency(),
  settings: settings(),
  verboseEvents: settings().verboseEvents,
  parts: {
    table: () =>
      dynamoDb.send(new GetItemCommand({ TableName: tableName(), Key: { pk: { S: "health" }, sk: { S: "health" } } })),
    bus: () => eventBridge.send(new DescribeEventBusCommand({ Name: busName() })),
    "dial queue": queueAnswers("DialQueue"),
    "state queue": queueAnswers("StateQueue"),
    "timers queue": queueAnswers("TimersQueue"),
    "callbacks queue": queueAnswers("CallbacksQueue"),
    "callback retries queue": queueAnswers("CallbackRetriesQueue"),
  },
});

export const handler = instrument(httpHandler(app));
