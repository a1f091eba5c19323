import type { TickMessage } from "@promptcall/core/contracts/dialing-messages";
import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/contracts/messages";
import { keys, settings } from "../runtime/resources.ts";
import { clock } from "../runtime/system-clock.ts";
import { seal } from "../security/seal.ts";
import { consumer } from "../sqs/consumer.ts";
import { whenDue } from "../sqs/when-due.ts";
import { linkedTelemetry } from "../telemetry/telemetry.ts";
import { linkedCheckpoints, linkedDeliveries, linkedLists, linkedRoom } from "../wiring/clients.ts";
import { linkedDialing } from "../wiring/dialing.ts";
import { lazyCarrier } from "../wiring/lazy-carrier.ts";
import { linkedQueue } from "../wiring/linked-queue.ts";
import { linkedProgress } from "../wiring/progress.ts";
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
