import type { DeliveryMessage } from "@promptcall/core/contracts/messages";
import { queueUrl } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { deadLetters } from "../sqs/dead-letters.ts";
import { linkedBatchDeliveries, linkedBatches, linkedCalls, linkedDeliveries } from "../wiring/clients.ts";
import { linkedQueue, sqs } from "../wiring/linked-queue.ts";
import { replay } from "./replay.ts";

export const linkedReplay = () =>
  replay({
    calls: linkedCalls(),
    deliveries: linkedDeliveries(),
    batches: linkedBatches(),
    batchDeliveries: linkedBatchDeliveries(),
    deadLetters: deadLetters({ client: sqs, queueUrl: queueUrl("CallbacksDeadLetters") }),
    callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
    clock,
  });
