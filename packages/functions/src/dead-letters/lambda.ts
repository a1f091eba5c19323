import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import { settings } from "../runtime/resources.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedCheckpoints, linkedDeliveries, linkedLists } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { deadLetterHandlers } from "./handlers.ts";

const { log, instrument } = linkedTelemetry("dead-letters");

const handlers = deadLetterHandlers({
  ...linkedProgress(),
  ...linkedDialing(),
  checkpoints: linkedCheckpoints(),
  deliveries: linkedDeliveries(),
  lists: linkedLists(),
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
  settings: settings(),
  log,
});

export const dial = instrument(handlers.dial);
export const state = instrument(handlers.state);
export const timers = instrument(handlers.timers);
