import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import { settings } from "../runtime/resources.ts";
import { consumer } from "../sqs/consumer.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedCheckpoints, linkedDeliveries, linkedLists } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
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
