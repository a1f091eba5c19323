import type { DeliveryMessage } from "@promptcall/core/contracts/delivery-messages";
import { batchStore } from "../dynamodb/batches.ts";
import { callStore } from "../dynamodb/call-store.ts";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { queueUrl } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { deadLetters } from "../sqs/dead-letters.ts";
import { linkedTable } from "../wiring/clients.ts";
import { linkedQueue, sqs } from "../wiring/linked-queue.ts";
import { replay } from "./replay.ts";

export function linkedReplay() {
  const table = linkedTable();
  return replay({
    calls: callStore(table),
    deliveries: callbackStore(table),
    batches: batchStore(table),
    batchDeliveries: callbackStore({ ...table, of: "batch" }),
    deadLetters: deadLetters({ client: sqs, queueUrl: queueUrl("CallbacksDeadLetters") }),
    callbacks: linkedQueue<DeliveryMessage>("CallbackRetriesQueue"),
    clock,
  });
}
