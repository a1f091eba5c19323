import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeEventBusCommand } from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { DeliveryMessage, DialQueueMessage } from "@promptcall/core/contracts/messages";
import { httpHandler } from "../http/http-handler.ts";
import { leftMs } from "../runtime/invocation.ts";
import { apiKeyHashes, health, keys, settings, tableName } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import {
  dynamoDb,
  eventBridge,
  linkedApplicationLists,
  linkedApplications,
  linkedBulkhead,
  linkedDeliveries,
  linkedGuardCounts,
  linkedIdempotency,
  linkedLists,
  linkedProofs,
  linkedQuestions,
  linkedRoom,
} from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyCarrier } from "../wiring/lazy-carrier.ts";
import { linkedQueue, sqs } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { apiApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("api");

const looked = health();
const queueAnswers = (url: string) => async () =>
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));

const app = apiApp({
  ...linkedProgress(),
  ...linkedDialing(),
  deliveries: linkedDeliveries(),
  carrier: lazyCarrier(),
  rate: linkedRoom(),
  clock,
  bulkhead: linkedBulkhead(),
  timeLeftMs: leftMs,
  statusKeys: keys("StatusKey"),
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
  seal: seal(keys("SealKey")),
  receiverSeal: seal(keys("ReceiverKey")),
  log,
  pinKeys: keys("PinKey"),
  counts: linkedGuardCounts(keys("PinKey")[0]),
  lists: linkedLists(),
  applicationLists: linkedApplicationLists(),
  callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
  idempotency: linkedIdempotency(),
  applications: linkedApplications(),
  proofs: linkedProofs(),
  questions: linkedQuestions(),
  apiKeys: apiKeyHashes(),
  settings: settings(),
  verboseEvents: settings().verboseEvents,
  parts: {
    table: () =>
      dynamoDb.send(new GetItemCommand({ TableName: tableName(), Key: { pk: { S: "health" }, sk: { S: "health" } } })),
    bus: () => eventBridge.send(new DescribeEventBusCommand({ Name: looked.bus })),
    "dial queue": queueAnswers(looked.dial),
    "state queue": queueAnswers(looked.state),
    "timers queue": queueAnswers(looked.timers),
    "callbacks queue": queueAnswers(looked.callbacks),
    "callback retries queue": queueAnswers(looked.callbackRetries),
  },
});

export const handler = instrument(httpHandler(app));
