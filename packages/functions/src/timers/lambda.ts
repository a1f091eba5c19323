import { type TimerMessage, TimerMessageSchema } from "@promptcall/core/messages";
import { carrier } from "../adapters/carrier.ts";
import { linkedDeliveries, linkedHops, linkedQueue } from "../adapters/clients.ts";
import { log } from "../adapters/log.ts";
import { linkedProgress } from "../adapters/progress.ts";
import { clock } from "../adapters/real.ts";
import { key, settings } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { consumer } from "../consumer.ts";
import { timers } from "./fire.ts";

export const handler = consumer({
  schema: TimerMessageSchema,
  handle: timers({
    ...linkedProgress(),
    carrier: carrier(settings().carrier),
    seal: seal(key("SealKey")),
    deliveries: linkedDeliveries(),
  }),
  log: log("timers"),
  clock,
  again: { queue: linkedQueue<TimerMessage>("TimersQueue"), hops: linkedHops() },
});
