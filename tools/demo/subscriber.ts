import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import {
  ApplicationKeysChanged,
  GuardTripped,
  ReceiverFailing,
  ReceiverRecovered,
} from "@promptcall/core/contracts/application-events";
import { type BatchCompleted, DeliveredBatchEventSchema } from "@promptcall/core/contracts/batch-event";
import { EnvelopeSchema } from "@promptcall/core/contracts/event-envelope";
import { EVENT_SOURCE } from "@promptcall/core/contracts/event-source";
import { DeliveredEventSchema, type Event, type EventType } from "@promptcall/core/contracts/events";
import type { Local } from "@promptcall/local/local";
import * as z from "zod/mini";

const OF_RECEIVERS = ["receiver.failing", "receiver.recovered"];

export interface SubscriberOptions {
  readonly local: Local;
  readonly name: string;
  readonly detailTypes: readonly EventType[];
  readonly onEvent: (event: Event) => void;
  /** Who wants to hear of batches as well. */
  readonly onBatch?: (event: BatchCompleted) => void;
  /** Who wants to hear of what the guard stops. */
  readonly onTrip?: (event: GuardTripped) => void;
  /** Who wants to hear of receivers that begin to fail, and that recover. */
  readonly onReceiver?: (event: ReceiverFailing | ReceiverRecovered) => void;
  /** Who wants to hear of the keys of applications. */
  readonly onKeys?: (event: ApplicationKeysChanged) => void;
}

/** Another service: it brings a queue and a rule of its own, with the SDK alone, and hears what it asked for. */
export async function subscribe({
  local,
  name,
  detailTypes,
  onEvent,
  onBatch,
  onTrip,
  onReceiver,
  onKeys,
}: SubscriberOptions): Promise<() => Promise<void>> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const region = "us-east-1";
  const sqs = new SQSClient({ endpoint: local.endpoints.sqs, region, credentials });
  const eventBridge = new EventBridgeClient({ endpoint: local.endpoints.eventBridge, region, credentials });
  const EventBusName = String(local.resource("Bus").name);

  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const others = [
    ...(onBatch ? ["batch.completed"] : []),
    ...(onTrip ? ["guard.tripped"] : []),
    ...(onReceiver ? OF_RECEIVERS : []),
    ...(onKeys ? ["application.keys_changed"] : []),
  ];
  const pattern = { source: [EVENT_SOURCE], "detail-type": [...detailTypes, ...others] };
  await eventBridge.send(new PutRuleCommand({ Name: name, EventBusName, EventPattern: JSON.stringify(pattern) }));
  const { FailedEntryCount } = await eventBridge.send(
    new PutTargetsCommand({ Rule: name, EventBusName, Targets: [{ Id: "queue", Arn: Attributes?.QueueArn }] }),
  );
  if (FailedEntryCount) throw new Error(`the bus did not take the target of ${name}`);

  const stopping = new AbortController();
  const listening = (async () => {
    while (!stopping.signal.aborted) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 }),
        { abortSignal: stopping.signal },
      );
      for (const { Body = "", ReceiptHandle } of Messages) {
        const envelope = JSON.parse(Body);
        if (envelope["detail-type"] === "batch.completed") onBatch?.(DeliveredBatchEventSchema.parse(envelope));
        else if (envelope["detail-type"] === "guard.tripped")
          onTrip?.(GuardTripped.parse(EnvelopeSchema.parse(envelope)));
        else if (OF_RECEIVERS.includes(envelope["detail-type"]))
          onReceiver?.(z.union([ReceiverFailing, ReceiverRecovered]).parse(EnvelopeSchema.parse(envelope)));
        else if (envelope["detail-type"] === "application.keys_changed")
          onKeys?.(ApplicationKeysChanged.parse(EnvelopeSchema.parse(envelope)));
        else onEvent(DeliveredEventSchema.parse(envelope));
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
    }
  })().catch((error: unknown) => {
    if (!stopping.signal.aborted) throw error;
  });

  return async () => {
    stopping.abort();
    await listening;
    await eventBridge.send(new RemoveTargetsCommand({ Rule: name, EventBusName, Ids: ["queue"] }));
    await eventBridge.send(new DeleteRuleCommand({ Name: name, EventBusName }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  };
}
