import { SQSClient } from "@aws-sdk/client-sqs";
import type { CallbackMessage } from "@promptcall/core/messages";
import { replay } from "../dispatcher/replay.ts";
import { linkedCalls, linkedDeliveries } from "./clients.ts";
import { deadLetters } from "./dead-letters.ts";
import { linkedQueue } from "./linked-queue.ts";
import { clock } from "./real.ts";
import { queueUrl } from "./resources.ts";

export const linkedReplay = () =>
  replay({
    calls: linkedCalls(),
    deliveries: linkedDeliveries(),
    deadLetters: deadLetters({ client: new SQSClient(), queueUrl: queueUrl("CallbacksDeadLetters") }),
    callbacks: linkedQueue<CallbackMessage>("CallbackRetriesQueue"),
    clock,
  });
