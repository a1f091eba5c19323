import type { DialQueueMessage } from "@promptcall/core/messages";
import { linkedDeliveries, linkedHops, linkedLists } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { settings } from "../adapters/resources.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../sqs/consumer.ts";
import { DEAD_LETTER_SCHEMAS, deadDials, deadReports, deadTimers } from "./bury.ts";

const ports = {
  ...linkedProgress(),
  ...linkedDialing(),
  hops: linkedHops(),
  deliveries: linkedDeliveries(),
  lists: linkedLists(),
  longestCallSeconds: settings().timers.deadlineSeconds,
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
};
const { log, watched } = linkedWatch("dead-letters");

export const dial = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.dial, handle: deadDials(ports), log }));
export const state = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.state, handle: deadReports(ports), log }));
export const timers = watched(consumer({ schema: DEAD_LETTER_SCHEMAS.timers, handle: deadTimers(ports), log }));
