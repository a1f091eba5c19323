import type { CallbackMessage } from "@promptcall/core/messages";
import { replay } from "../dispatcher/replay.ts";
import { linkedCalls, linkedDeliveries } from "./clients.ts";
import { deadLetters } from "./dead-letters.ts";
import { linkedQueue, sqs } from "./linked-queue.ts";
import { clock } from "./real.ts";
import { queueUrl } from "./resources.ts";

export const linkedReplay = () =>
  replay({
    calls: linkedCalls(),
    deliveries: linkedDeliveries(),
    deadLetters: deadLetters({ client: sqs, queueUrl: queueUrl("CallbacksDeadLetters") }),
    callbacks: linkedQueue<CallbackMessage>("CallbackRetriesQueue"),
    clock,
  });
