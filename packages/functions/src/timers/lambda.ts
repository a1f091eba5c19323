import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/messages";
import { carrier } from "../adapters/carrier.ts";
import { linkedDeliveries, linkedHops, linkedQueue } from "../adapters/clients.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { keys, settings } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../consumer.ts";
import { timers } from "./fire.ts";

const { log, watched } = linkedWatch("timers");

const hops = linkedHops();

export const handler = watched(
  consumer({
    schema: TimerMessageSchema,
    handle: timers({
      ...linkedProgress(),
      carrier: carrier(settings().carrier),
      seal: seal(keys("SealKey")),
      deliveries: linkedDeliveries(),
      hops,
    }),
    log,
    clock,
    again: { queue: linkedQueue<TimerMessage>("TimersQueue"), hops },
  }),
);
