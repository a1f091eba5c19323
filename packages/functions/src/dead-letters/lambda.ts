import type { DialQueueMessage } from "@promptcall/core/contracts/messages";
import { CarrierSettings } from "@promptcall/core/contracts/settings/carrier";
import { TimerSettings } from "@promptcall/core/contracts/settings/timers";
import { callbackStore } from "../dynamodb/callback-store.ts";
import { checkpointStore } from "../dynamodb/checkpoints.ts";
import { listStore } from "../dynamodb/lists.ts";
import { settings } from "../runtime/resources.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedTable } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { linkedBus } from "../wiring/linked-bus.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
import { deadLetterHandlers } from "./handlers.ts";

const { log, instrument } = linkedTelemetry("dead-letters");
const table = linkedTable();

const handlers = deadLetterHandlers({
  ...linkedProgress({ bus: linkedBus() }),
  ...linkedDialing(),
  checkpoints: checkpointStore(table),
  deliveries: callbackStore(table),
  lists: listStore(table),
  dial: linkedQueue<DialQueueMessage>("DialQueue"),
  settings: settings({ carrier: CarrierSettings, timers: TimerSettings }),
  log,
});

export const dial = instrument(handlers.dial);
export const state = instrument(handlers.state);
export const timers = instrument(handlers.timers);
