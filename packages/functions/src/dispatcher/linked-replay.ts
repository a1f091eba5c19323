import type { DeliveryMessage } from "@promptcall/core/messages";
import { replay } from "../dispatcher/replay.ts";
import { linkedBatchDeliveries, linkedBatches, linkedCalls, linkedDeliveries } from "./clients.ts";
import { deadLetters } from "./dead-letters.ts";
import { linkedQueue, sqs } from "./linked-queue.ts";
import { queueUrl } from "./resources.ts";
import { clock } from "./system-clock.ts";

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
