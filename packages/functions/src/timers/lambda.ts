import type { TickMessage } from "@promptcall/core/dialing/messages";
import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/messages";
import { carrierLater } from "../adapters/carrier-later.ts";
import { linkedDeliveries, linkedHops, linkedLists, linkedRoom } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { keys, settings } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../sqs/consumer.ts";
import { onTime } from "../sqs/not-yet.ts";
import { timers } from "./fire.ts";

const { log, watched } = linkedWatch("timers");

const hops = linkedHops();

export const handler = watched(
  consumer({
    schema: TimerMessageSchema,
    handle: onTime(
      timers({
        ...linkedProgress(),
        ...linkedDialing(),
        lists: linkedLists(),
        longestCallSeconds: settings().timers.deadlineSeconds,
        room: linkedRoom(),
        clock,
        dial: linkedQueue<TickMessage>("DialQueue"),
        carrier: carrierLater(),
        seal: seal(keys("SealKey")),
        deliveries: linkedDeliveries(),
        hops,
      }),
      { queue: linkedQueue<TimerMessage>("TimersQueue"), hops, clock },
    ),
    log,
  }),
);
