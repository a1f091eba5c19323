import type { TickMessage } from "@promptcall/core/dialing/messages";
import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/messages";
import { linkedCheckpoints, linkedDeliveries, linkedLists, linkedRoom } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { lazyCarrier } from "../adapters/lazy-carrier.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { keys, settings } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { clock } from "../adapters/system-clock.ts";
import { linkedTelemetry } from "../adapters/telemetry.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { timers } from "./fire.ts";

const { log, instrument } = linkedTelemetry("timers");

const checkpoints = linkedCheckpoints();

export const handler = instrument(
  consumer({
    schema: TimerMessageSchema,
    handle: whenDue(
      timers({
        ...linkedProgress(),
        ...linkedDialing(),
        lists: linkedLists(),
        longestCallSeconds: settings().timers.deadlineSeconds,
        rate: linkedRoom(),
        clock,
        dial: linkedQueue<TickMessage>("DialQueue"),
        carrier: lazyCarrier(),
        seal: seal(keys("SealKey")),
        deliveries: linkedDeliveries(),
        checkpoints,
      }),
      { queue: linkedQueue<TimerMessage>("TimersQueue"), checkpoints, clock },
    ),
    log,
  }),
);
