import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import { SettingsSchema } from "@promptcall/core/contracts/settings";
import { applicationListStore } from "../dynamodb/application-lists.ts";
import { applicationStore } from "../dynamodb/applications.ts";
import { bulkheadStore, sharedPermits } from "../dynamodb/bulkhead.ts";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { carrierRateStore } from "../dynamodb/carrier-rate.ts";
import { guardCountStore } from "../dynamodb/guard-counts.ts";
import { idempotencyStore } from "../dynamodb/idempotency.ts";
import { listStore } from "../dynamodb/lists.ts";
import { oldKeyStore } from "../dynamodb/old-keys.ts";
import { parkedDigitsStore } from "../dynamodb/parked-digits.ts";
import { proofStore, questionStore } from "../dynamodb/proofs.ts";
import { leftMs } from "../runtime/invocation.ts";
import { apiKeyHashes, health, keys, settings, tableName } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { oldAccounts } from "../security/old-accounts.ts";
import { seal } from "../security/seal.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { dynamoDb, linkedTable } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyBus } from "../wiring/lazy-bus.ts";
import { lazyCarrier } from "../wiring/lazy-carrier.ts";
import { linkedQueue, sqs } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { apiApp } from "./app.ts";

const { log, instrument } = linkedTelemetry("api");
const table = linkedTable();
const used = settings(SettingsSchema.shape);

const looked = health();
const queueAnswers = (url: string) => async () =>
  await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));

const app = apiApp({
  ...linkedProgress({ bus: lazyBus() }),
  ...linkedDialing(),
  deliveries: callbackStore(table),
  carrier: lazyCarrier(),
  rate: carrierRateStore(table),
  clock,
  bulkhead: sharedPermits(bulkheadStore(table), { clock }),
  timeLeftMs: leftMs,
  statusKeys: keys("StatusKey"),
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
  seal: seal(keys("SealKey")),
  receiverSeal: seal(keys("ReceiverKey")),
  digitsSeal: seal(keys("DigitsKey")),
  parkedDigits: parkedDigitsStore(table),
  log,
  pinKeys: keys("PinKey"),
  counts: guardCountStore({ ...table, key: keys("PinKey")[0] }),
  lists: listStore(table),
  applicationLists: applicationListStore(table),
  callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
  idempotency: idempotencyStore(table),
  applications: applicationStore(table),
  proofs: proofStore(table),
  questions: questionStore(table),
  oldAccounts: oldAccounts({ oldKeys: oldKeyStore(table), questions: questionStore(table), clock }),
  apiKeys: apiKeyHashes(),
  settings: used,
  verboseEvents: used.verboseEvents,
  parts: {
    table: () =>
      dynamoDb.send(new GetItemCommand({ TableName: tableName(), Key: { pk: { S: "health" }, sk: { S: "health" } } })),
    bus: async () => await (await import("../wiring/bus-health.ts")).askBus(looked.bus),
    "dial queue": queueAnswers(looked.dial),
    "state queue": queueAnswers(looked.state),
    "timers queue": queueAnswers(looked.timers),
    "callbacks queue": queueAnswers(looked.callbacks),
    "callback retries queue": queueAnswers(looked.callbackRetries),
  },
});

export const handler = instrument(app);
