import type { DialQueueMessage } from "@promptcall/core/messages";
import { linkedCheckpoints, linkedDeliveries, linkedLists } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { settings } from "../adapters/resources.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { consumer } from "../sqs/consumer.ts";
import { DEAD_LETTER_SCHEMAS, dialDeadLetters, stateDeadLetters, timerDeadLetters } from "./consumers.ts";

const ports = {
  ...linkedProgress(),
  ...linkedDialing(),
  checkpoints: linkedCheckpoints(),
  deliveries: linkedDeliveries(),
  lists: linkedLists(),
  longestCallSeconds: settings().timers.deadlineSeconds,
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
};
const { log, instrument } = linkedTelemetry("dead-letters");

export const dial = instrument(consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: dialDeadLetters(ports), log }));
export const state = instrument(consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: stateDeadLetters(ports), log }));
export const timers = instrument(
  consumer({ schema: DEAD_LETTER_SCHEMAS.timers, handle: timerDeadLetters(ports), log }),
);
