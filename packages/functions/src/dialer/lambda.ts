import { type DialQueueMessage, DialQueueMessageSchema, type TimerMessage } from "@promptcall/core/messages";
import { carrier } from "../adapters/carrier.ts";
import { linkedBus, linkedHops } from "../adapters/clients.ts";
import { linkedDialing } from "../adapters/dialing.ts";
import { linkedQueue } from "../adapters/linked-queue.ts";
import { chance, clock } from "../adapters/real.ts";
import { keys, settings, webhookBaseUrl } from "../adapters/resources.ts";
import { seal } from "../adapters/seal.ts";
import { linkedWatch } from "../adapters/watch.ts";
import { consumer } from "../sqs/consumer.ts";
import { onTime } from "../sqs/not-yet.ts";
import { dialer } from "./dial.ts";

const { log, watched } = linkedWatch("dialer");
const hops = linkedHops();
const dial = linkedQueue<DialQueueMessage>("DialQueue");

export const handler = watched(
  consumer({
    schema: DialQueueMessageSchema,
    handle: onTime(
      dialer({
        ...linkedDialing(),
        bus: linkedBus(),
        dial,
        timers: linkedQueue<TimerMessage>("TimersQueue"),
        carrier: carrier(settings().carrier),
        seal: seal(keys("SealKey")),
        clock,
        chance,
        hops,
        webhooks: { baseUrl: webhookBaseUrl(), key: keys("WebhookKey")[0] },
        settings: settings(),
        settleSeconds: settings().timers.settleSeconds,
        verboseEvents: settings().verboseEvents,
      }),
      { queue: dial, hops, clock },
    ),
    log,
  }),
);
